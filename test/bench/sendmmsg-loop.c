/* The generator's inner loop in C, to compare with: sendmmsg-loop INTERFACE FILE.pcap PACKETS
 * Frames of the capture (classic, big endian, as load --pcap writes it) lie in one arena; of each the outer source port and
 * the inner client port are patched with its checksum; batches of 64; AF_PACKET past the queueing discipline.
 * Prints packets per second. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, FRAMES_MAX = 65536, OUTER_PORT = 34, INNER = 50, INNER_PORT = INNER + 34 };
static struct { uint8_t *at; uint32_t length; } frames[FRAMES_MAX];

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

int main(int count, char **argument) {
  FILE *file = count == 4 ? fopen(argument[2], "rb") : NULL;
  if (!file) return fprintf(stderr, "usage: sendmmsg-loop INTERFACE FILE.pcap PACKETS\n"), 2;
  static uint8_t arena[1 << 28];
  size_t bytes = fread(arena, 1, sizeof arena, file), total = 0;
  for (uint8_t *at = arena + 24; at + 16 < arena + bytes && total < FRAMES_MAX; total++) {
    frames[total].length = (uint32_t)load(at + 8) << 16 | load(at + 10);
    frames[total].at = at + 16;
    at += 16 + frames[total].length;
  }
  int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(argument[1])};
  if (fd < 0 || total == 0 || setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) < 0 ||
      bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return perror("sendmmsg-loop"), 1;
  struct mmsghdr messages[BATCH] = {0};
  struct iovec vectors[BATCH];
  long packets = atol(argument[3]);
  double start = now();
  for (long sent = 0; sent < packets;) {
    for (int i = 0; i < BATCH; i++) {
      size_t frame = (sent + i) % total;
      patch(frames[frame].at, 1024 + (sent + i) % 64512);
      vectors[i] = (struct iovec){frames[frame].at, frames[frame].length};
      messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    int done = sendmmsg(fd, messages, BATCH, 0);
    if (done < 0) return perror("sendmmsg"), 1;
    sent += done;
  }
  printf("%.0f\n", packets / (now() - start));
}
