# Makes a sensor of an instance at its first start. user-data.ts puts the first lines before this: ASSET_URL, AUTO_SCALING_URL,
# REGION, OWN_IMAGE, DEADLINE_SECONDS and `settings`. A second run finds everything done and changes nothing.
#
# It ends: what may be late is tried until the deadline, and what it fails of is the last line on the console. Then it abandons
# the launch hook, which else only the agent completes, and the instance is replaced; if that fails too, once the hook runs out.
set -o errexit -o errtrace -o nounset -o pipefail
umask 022
export LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin

pause_seconds=3
metadata=http://169.254.169.254/latest
releases=/opt/mirror-fleet
current=$releases/current
settings_file=/etc/mirror-fleet/sensor.env

say() { echo "mirror-fleet: $*" >&2; }
fail() {
  trap - ERR
  abandon >/dev/null || say 'Auto Scaling has not heard of it; the launch hook runs out'
  say "FAILED: $*; this instance will not become a sensor"
  exit 1
}
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

main() {
  retire_distribution_service
  retry 'installing programs from the archive' install_programs
  [[ $(suricata -V) =~ version\ ([0-9]+) && ${BASH_REMATCH[1]} -ge 7 ]] ||
    fail "$(suricata -V): the agent understands Suricata 7 and 8"
  retry 'asking the metadata service for a token' read_token
  retry "fetching $ASSET_URL" install_release
  retry 'reading zone, id and interface of this instance' write_settings
  check_settings || fail "the agent refuses $settings_file"
  start_units
  say 'the sensor is started; its agent completes the launch hook once Suricata captures'
}

# retry WHAT COMMAND…: a role, a route or a lock of apt may be some seconds behind. COMMAND runs without errexit.
retry() {
  local what=$1
  shift
  until "$@"; do
    ((SECONDS + pause_seconds < DEADLINE_SECONDS)) || fail "$what: not within $DEADLINE_SECONDS s"
    say "$what: not yet; trying again"
    sleep "$pause_seconds"
  done
}

# at_most SECONDS: those, or what is left until the deadline, and one at least: 0 would be no time-out at all.
at_most() {
  local left=$((DEADLINE_SECONDS - SECONDS))
  ((left > 0)) || left=1
  echo "$((left < $1 ? left : $1))"
}

# Before the package is installed, so that it never starts: two engines on one interface would halve its traffic.
retire_distribution_service() {
  systemctl disable --now suricata.service 2>/dev/null || true
  # An image's own unit would be in the way of the mask.
  rm --force /etc/systemd/system/suricata.service
  systemctl mask suricata.service
}

install_programs() {
  local each missing=()
  for each in suricata unzip ethtool curl logrotate ip:iproute2 pkill:procps; do
    command -v "${each%:*}" >/dev/null || missing+=("${each#*:}")
  done
  ((${#missing[@]})) || return 0
  ! "$OWN_IMAGE" || say "the image lacks ${missing[*]}"
  # The lists' lock has no time-out of its own, and a new instance's own upgrades may hold it.
  # An installation that the time-out ended leaves packages half configured, which the next attempt would stumble over.
  dpkg --configure --pending &&
    timeout "$(at_most 120)" apt-get update --quiet=2 -o Acquire::http::Timeout=20 &&
    timeout --kill-after=30 "$(at_most 600)" apt-get install --quiet=2 --yes --no-install-recommends \
      -o DPkg::Lock::Timeout=120 -o Acquire::http::Timeout=20 "${missing[@]}"
}

# No secret is an argument, which any user could read, or is printed: curl gets them on its standard input.
web() { curl --config - --silent --show-error --fail --connect-timeout 5 "$@"; }
header() { printf 'header = "%s: %s"\n' "$1" "$2"; }

read_token() {
  token=$(header X-aws-ec2-metadata-token-ttl-seconds 3600 | web --noproxy '*' --max-time 10 --request PUT "$metadata/api/token")
}

read_metadata() {
  header X-aws-ec2-metadata-token "$token" | web --noproxy '*' --max-time 10 "$metadata/meta-data/$1"
}

# field NAME: its value in the JSON on standard input; an error if there is none.
field() { sed --quiet "s/.*\"$1\"[^\"]*\"\([^\"]*\)\".*/\1/p" | grep .; }

# signed SERVICE ARGUMENT…: a request with the credentials of the instance's role.
signed() {
  local service=$1 role answer key secret session
  shift
  role=$(read_metadata iam/security-credentials/) && answer=$(read_metadata "iam/security-credentials/$role") &&
    key=$(field AccessKeyId <<<"$answer") && secret=$(field SecretAccessKey <<<"$answer") &&
    session=$(field Token <<<"$answer") || return
  { printf 'user = "%s:%s"\n' "$key" "$secret" && header X-Amz-Security-Token "$session"; } |
    web --proto '=https' --aws-sigv4 "aws:amz:$REGION:$service" "$@"
}

fetch_asset() {
  signed s3 --speed-limit 1024 --speed-time 10 --max-time "$(at_most 300)" --output "$1" "$ASSET_URL"
}

# Nothing of it is tried twice: it is said when something else has failed, and without it the hook runs out.
abandon() (
  source <(settings)
  read_token && id=$(read_metadata instance-id) &&
    signed autoscaling --max-time 10 --data Action=CompleteLifecycleAction --data Version=2011-01-01 \
      --data "AutoScalingGroupName=$SENSOR_AUTO_SCALING_GROUP" --data "LifecycleHookName=$SENSOR_LAUNCH_HOOK" \
      --data "InstanceId=$id" --data LifecycleActionResult=ABANDON "$AUTO_SCALING_URL"
)

# A release is unpacked beside its place and moved there whole.
install_release() {
  local name scratch
  name=$(basename "$ASSET_URL" .zip)
  mkdir --parents "$releases"
  if [[ ! -d $releases/$name ]]; then
    scratch=$(mktemp --directory "$releases/.new.XXXXXX") || return
    fetch_asset "$scratch/asset.zip" && unzip -q "$scratch/asset.zip" -d "$scratch/release" &&
      chmod 0755 "$scratch/release" "$scratch/release/node" && mv --no-target-directory "$scratch/release" "$releases/$name"
    local status=$?
    rm --recursive --force "$scratch"
    ((status == 0)) || return "$status"
  fi
  ln --symbolic --force --no-dereference "$name" "$current"
}

# The default route's interface is the one that the load balancer, or the mirror session, knows.
write_settings() {
  local id zone interface
  id=$(read_metadata instance-id) && zone=$(read_metadata placement/availability-zone) &&
    interface=$(ip -4 route show default | sed --quiet '1s/.* dev \([^ ]*\).*/\1/p' | grep .) || return
  mkdir --parents "${settings_file%/*}" &&
    { settings && printf "SENSOR_%s='%s'\n" ID "$id" ZONE "$zone" INTERFACE "$interface"; } >"$settings_file.new" &&
    chmod 0640 "$settings_file.new" && mv "$settings_file.new" "$settings_file"
}

check_settings() (
  set -o allexport
  source "$settings_file"
  "$current/node" "$current/sensor-agent.mjs" --check
)

start_units() {
  local units=(mirror-fleet-interface.service mirror-fleet-sensor.service mirror-fleet-logrotate.timer)
  install --mode=0644 "$current"/*.service "$current"/*.timer /etc/systemd/system/
  systemctl daemon-reload
  systemctl enable --quiet "${units[@]}"
  systemctl start "${units[@]}" || {
    systemctl status --no-pager --full --lines=20 "${units[@]}" >&2 || true
    fail 'systemd could not start the sensor'
  }
}

main
