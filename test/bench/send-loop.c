/* The generator's inner loop in C, to compare with: send-loop packet|xdp INTERFACE FILE.pcap PACKETS
 * Frames of the capture (classic, big endian, as load --pcap writes it) lie in one arena; of each the outer source port and
 * the inner client port are patched with its checksum; batches of 64, from where the frames lie. "xdp" sends them as the
 * generator does, by AF_XDP; "packet" by sendmmsg on an AF_PACKET socket past the queueing discipline.
 * Prints packets per second. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, FRAMES_MAX = 65536, OUTER_PORT = 34, INNER = 50, INNER_PORT = INNER + 34, FRAMES_PER_CALL = 9 };
static struct { uint8_t *at; uint32_t length; } frames[FRAMES_MAX];
static uint8_t arena[1 << 24] __attribute__((aligned(4096)));
static int fd;
static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH];
static uint32_t *produced, *consumed, *completed, *released;
static struct xdp_desc *descriptors;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void store(uint8_t *at, uint16_t value) { at[0] = value >> 8; at[1] = value; }
static uint16_t load(const uint8_t *at) { return at[0] << 8 | at[1]; }

static void patch(uint8_t *frame, uint16_t port) {
  uint8_t *sum = frame + INNER + (frame[INNER + 23] == 6 ? 50 : 40), *client = frame + INNER_PORT;
  uint32_t folded = (uint16_t)~load(sum) + (uint16_t)~load(client) + port;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >> 16);
  store(sum, ~folded);
  store(client, port);
  store(frame + OUTER_PORT, 65408 + (port & 127));
}

static int open_packet(unsigned interface) {
  int one = 1;
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = interface};
  fd = socket(AF_PACKET, SOCK_RAW, 0);
  return fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) < 0 ||
         bind(fd, (struct sockaddr *)&address, sizeof address) < 0;
}

static int open_xdp(unsigned interface) {
  int ring = BATCH;
  struct xdp_umem_reg memory = {.addr = (uintptr_t)arena, .len = sizeof arena, .chunk_size = 4096, .flags = 1};
  struct sockaddr_xdp address = {.sxdp_family = AF_XDP, .sxdp_flags = XDP_COPY, .sxdp_ifindex = interface};
  struct xdp_mmap_offsets offsets;
  socklen_t length = sizeof offsets;
  fd = socket(AF_XDP, SOCK_RAW, 0);
  if (fd < 0 || setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &memory, sizeof memory) < 0 ||
      setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &ring, sizeof ring) < 0 ||
      setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &ring, sizeof ring) < 0 ||
      setsockopt(fd, SOL_XDP, XDP_TX_RING, &ring, sizeof ring) < 0 ||
      getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length) < 0) return 1;
  setsockopt(fd, SOL_XDP, FRAMES_PER_CALL, &ring, sizeof ring);
  int access = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_POPULATE;
  uint8_t *transmit = mmap(0, offsets.tx.desc + BATCH * 16, access, flags, fd, XDP_PGOFF_TX_RING);
  uint8_t *completion = mmap(0, offsets.cr.desc + BATCH * 8, access, flags, fd, XDP_UMEM_PGOFF_COMPLETION_RING);
  if (transmit == MAP_FAILED || completion == MAP_FAILED) return 1;
  produced = (uint32_t *)(transmit + offsets.tx.producer), consumed = (uint32_t *)(transmit + offsets.tx.consumer);
  completed = (uint32_t *)(completion + offsets.cr.producer), released = (uint32_t *)(completion + offsets.cr.consumer);
  descriptors = (struct xdp_desc *)(transmit + offsets.tx.desc);
  return bind(fd, (struct sockaddr *)&address, sizeof address) < 0;
}

/* Both return the frames of the batch that went, or -1. */
static int send_packet(void) { return sendmmsg(fd, messages, BATCH, 0); }

static int send_xdp(void) {
  uint32_t end = *produced + BATCH;
  __atomic_store_n(produced, end, __ATOMIC_RELEASE);
  while (__atomic_load_n(consumed, __ATOMIC_ACQUIRE) != end) {
    int done = send(fd, NULL, 0, MSG_DONTWAIT);
    __atomic_store_n(released, __atomic_load_n(completed, __ATOMIC_ACQUIRE), __ATOMIC_RELEASE);
    if (done < 0 && errno != EAGAIN) return -1;
  }
  return BATCH;
}

int main(int count, char **argument) {
  FILE *file = count == 5 ? fopen(argument[3], "rb") : NULL;
  if (!file) return fprintf(stderr, "usage: send-loop packet|xdp INTERFACE FILE.pcap PACKETS\n"), 2;
  int xdp = strcmp(argument[1], "xdp") == 0;
  size_t bytes = fread(arena, 1, sizeof arena, file), total = 0;
  for (uint8_t *at = arena + 24; at + 16 < arena + bytes && total < FRAMES_MAX; total++) {
    frames[total].length = (uint32_t)load(at + 8) << 16 | load(at + 10);
    frames[total].at = at + 16;
    at += 16 + frames[total].length;
  }
  unsigned interface = if_nametoindex(argument[2]);
  if (total == 0 || (xdp ? open_xdp : open_packet)(interface)) return perror("send-loop"), 1;
  for (int i = 0; i < BATCH; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
  long packets = atol(argument[4]);
  double start = now();
  for (long sent = 0; sent < packets;) {
    for (int i = 0; i < BATCH; i++) {
      size_t frame = (sent + i) % total;
      uint8_t *at = frames[frame].at;
      patch(at, 1024 + (sent + i) % 64512);
      if (xdp) descriptors[i] = (struct xdp_desc){.addr = at - arena, .len = frames[frame].length};
      else vectors[i] = (struct iovec){at, frames[frame].length};
    }
    int done = xdp ? send_xdp() : send_packet();
    if (done < 0) return perror(argument[1]), 1;
    sent += done;
  }
  printf("%.0f\n", packets / (now() - start));
}
