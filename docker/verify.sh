#!/usr/bin/env bash
# Builds the images of docker/Dockerfile and runs them, alone and with the demo plant, without any image registry, and
# checks what docs/containers.md promises. A few minutes; the network is needed for Debian packages and libraries.
# Needs root on Debian with: podman buildah runc mmdebstrap netavark aardvark-dns golang-github-containers-common
# docker-compose curl python3, and a JDK 25 in JAVA_HOME or under /usr/lib/jvm (it becomes the base images).
#   docker/verify.sh [WORK-FOLDER]     keeps the folder (base images, layers) when one is named: the next run is quick
# Containers, volumes and the podman service are removed again in any case. Exit codes: 0 verified, 1 not.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
given=${1:-}
work=${given:-$(mktemp -d)}
mkdir -p "$work"
work=$(cd "$work" && pwd)
service="" port=""

# podman tells of every health check that it can't hand to systemd; here they are run by hand
podman() { command podman "$@" 2> >(grep -v 'systemd' >&2); }
say() { printf '== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
fail() { printf 'verify: FAILED: %s\n' "$*" >&2; exit 1; }

compose() {
  docker-compose -p millrace-verify -f "$root/docker/compose.yaml" -f "$work/secrets.yaml" --profile demo "$@"
}

run_compose() {
  compose "$@" > "$work/compose.log" 2>&1 || { cat "$work/compose.log" >&2; fail "docker-compose $*"; }
}

remove_all() { # this store of containers is the work folder's own; networks are known to all of them, so by name
  podman rm -a -f -t 0 > /dev/null 2>&1 || true
  podman volume rm -a -f > /dev/null 2>&1 || true
  podman network rm -f millrace-verify_default > /dev/null 2>&1 || true
}

cleanup() {
  remove_all
  [ -z "$service" ] || { kill "$service" && wait "$service"; } 2> /dev/null || true
  if [ -z "$given" ]; then
    # podman leaves mounts in its store, one below the other, which may be in use for a moment more
    awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount -l || true
    rm -rf "$work"
  fi
}

# podman without systemd, cgroups v2 or CAP_SYS_RESOURCE: runc, cgroupfs, limits that need no right to raise them
configure_podman() {
  cat > "$work/containers.conf" << CONF
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
  cat > "$work/storage.conf" << CONF
[storage]
driver = "overlay"
graphroot = "$work/storage"
runroot = "$work/run"
CONF
  export CONTAINERS_CONF="$work/containers.conf" CONTAINERS_STORAGE_CONF="$work/storage.conf"
}

find_jdk() {
  local home
  for home in "${JAVA_HOME:-/nonexistent}" /usr/lib/jvm/*; do
    if [ -x "$home/bin/jlink" ] && grep -qs '^JAVA_VERSION="25' "$home/release"; then
      readlink -f "$home"
      return
    fi
  done
  fail "no JDK 25 with jlink in JAVA_HOME or under /usr/lib/jvm"
}

# stands in for the two eclipse-temurin images of the Dockerfile: Debian with the JDK, and with a runtime made of it
base_images() {
  local jdk kind
  podman image exists docker.io/library/eclipse-temurin:25-jre && return
  jdk=$(find_jdk)
  say "base images from Debian packages and $jdk"
  [ -f "$work/base.tar" ] || mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$work/base.tar"
  podman import -q --change 'CMD ["bash"]' "$work/base.tar" docker.io/library/debian:bookworm-slim > /dev/null
  rm -rf "$work/context"
  mkdir "$work/context"
  "$jdk/bin/jlink" --strip-debug --no-man-pages --no-header-files --compress zip-6 --generate-cds-archive \
    --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.management.agent \
    --add-modules jdk.naming.dns,jdk.localedata,jdk.zipfs,jdk.httpserver,jdk.jcmd --output "$work/context/jre"
  cp -a "$jdk" "$work/context/jdk"
  for kind in jdk jre; do
    cat > "$work/context/Dockerfile.$kind" << DOCKER
FROM docker.io/library/debian:bookworm-slim
COPY $kind /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
DOCKER
    buildah bud -q --isolation chroot --pull-never -f "$work/context/Dockerfile.$kind" \
      -t "docker.io/library/eclipse-temurin:25-$kind" "$work/context" > /dev/null
  done
  rm -rf "$work/context"
}

build() { # TAG [OPTION...]: docker format, since OCI images carry no health check
  local tag=$1
  shift
  mkdir -p "$HOME/.m2/repository"
  buildah bud --layers --isolation chroot --format docker --pull-never -v "$HOME/.m2/repository:/root/.m2/repository" \
    -f "$root/docker/Dockerfile" -t "$tag" "$@" "$root" > "$work/build.log" 2>&1 \
    || { tail -n 40 "$work/build.log" >&2; fail "$tag did not build"; }
  note "$tag: $(($(podman image inspect --format '{{.Size}}' "$tag") / 1000000)) MB"
}

# EXPRESSION is Python over d, the parsed answer of the hub at $port
holds() { # PATH EXPRESSION
  curl -fsS -m 5 "http://127.0.0.1:$port$1" 2> /dev/null \
    | python3 -c "import json,sys; d=json.load(sys.stdin); sys.exit(0 if ($2) else 1)" 2> /dev/null
}

within() { # SECONDS PATH EXPRESSION: asks until it holds
  local end=$((SECONDS + $1))
  until holds "$2" "$3"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

expect() { # CONTAINER SECONDS PATH EXPRESSION WHAT: or shows what there was instead, and fails
  within "$2" "$3" "$4" && return
  podman logs --tail 20 "$1" >&2 || true
  curl -sS -m 5 "http://127.0.0.1:$port$3" >&2 || true
  fail "$5 (asked $3 for $2 s)"
}

resident() { # CONTAINER -> RSS of its first process in MB
  awk '/^VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$(podman inspect --format '{{.State.Pid}}' "$1")/status"
}

cpu() { # CONTAINER -> CPU seconds of its first process: unlike elapsed time, hardly changed by what else runs here
  awk '{ printf "%.1f", ($14 + $15) / 100 }' "/proc/$(podman inspect --format '{{.State.Pid}}' "$1")/stat"
}

healthy() { podman healthcheck run "$1" > /dev/null 2>&1; }

stop_in_order() { # CONTAINER
  local begin=$SECONDS code
  podman stop -t 30 "$1" > /dev/null
  code=$(podman inspect --format '{{.State.ExitCode}}' "$1")
  [ "$code" = 0 ] || [ "$code" = 143 ] || fail "$1: exit code $code after SIGTERM, expected 0 or 143 (137 = killed)"
  note "stopped by SIGTERM in $((SECONDS - begin)) s, exit code $code"
}

# the shipped configuration, with a password that the demo's broker will be given
secret_configuration() {
  rm -rf "$work/config" "$work/secrets"
  cp -a "$root/connectors-config" "$work/config"
  sed -i '/^client_id:/a user: hub\npassword: "{{file-secret:broker}}"' "$work/config/sources/field.yaml"
  mkdir "$work/secrets"
  printf 'not a password\n' > "$work/secrets/broker"
  chmod 0400 "$work/secrets/broker"
  cat > "$work/secrets.yaml" << YAML
services:
  hub:
    volumes:
      - $work/config:/opt/millrace/connectors-config:ro
      - $work/secrets:/run/secrets:ro
YAML
}

verify_image() {
  say "the images"
  local image=localhost/millrace:verify
  [ "$(podman image inspect --format '{{.Config.User}}' $image)" = 10001:10001 ] || fail "the user is not 10001:10001"
  [ "$(podman image inspect --format '{{.Config.StopSignal}}' $image)" = SIGTERM ] || fail "the stop signal is not SIGTERM"
  podman run --rm --read-only --network none $image check > "$work/check.log" 2>&1 \
    || { cat "$work/check.log" >&2; fail "the shipped configuration does not pass hub check in the image"; }
  if podman run --rm --entrypoint sh $image -c 'ls -d /opt/millrace/target/*demo* || command -v mvn javac' > /dev/null 2>&1; then
    fail "the hub's image holds the demo plant or build tools"
  fi
}

verify_alone() {
  say "the hub alone, without its plant: read-only root, no capabilities, nothing executable in /tmp"
  local begin
  chown 0:0 "$work/secrets/broker"
  begin=$(date +%s%N)
  podman run -d --name millrace-alone --read-only --tmpfs /tmp:rw,noexec,nosuid,size=16m --cap-drop=ALL \
    --security-opt no-new-privileges --memory 1g --pids-limit 400 -p "127.0.0.1:$port:8080" -v millrace-alone:/data \
    -v "$work/config:/opt/millrace/connectors-config:ro" -v "$work/secrets:/run/secrets:ro" \
    localhost/millrace:verify > /dev/null 2>&1
  expect millrace-alone 120 /health/ready "True" "not ready without a plant"
  note "ready $((($(date +%s%N) - begin) / 1000000)) ms after podman run, $(cpu millrace-alone) s of CPU; resident $(resident millrace-alone) MB"
  expect millrace-alone 5 /health/live "d['live']" "not live"
  [ "$(podman exec millrace-alone id -u)" = 10001 ] || fail "does not run as user 10001"
  podman exec millrace-alone grep -q '^CapEff:[[:space:]]*0*$' /proc/1/status || fail "the hub has capabilities"
  podman exec millrace-alone sh -c 'grep -q /opt/millrace/native/libsqlitejdbc.so /proc/1/maps && ! ls /tmp/*sqlite* 2> /dev/null' \
    || fail "SQLite's native code was not loaded from the image"
  if podman exec millrace-alone touch /opt/millrace/x 2> /dev/null; then fail "the root file system is writable"; fi
  healthy millrace-alone || fail "the health check says unhealthy, though the hub is ready"
  expect millrace-alone 30 /api/v1/sources "len(d['items'])==3 and not any(s['up'] for s in d['items'])" \
    "three sources must be there, and down"
  expect millrace-alone 30 /api/v1/sources "any('secret broker' in s['detail'] for s in d['items'] if s['id']=='field')" \
    "a secret that only root may read must be named as the reason of the source"
  holds /api/v1/ledger "d['balanced']" || fail "the ledger does not balance"
  stop_in_order millrace-alone
  podman run -d --name millrace-silent --network none --entrypoint sleep localhost/millrace:verify 60 > /dev/null 2>&1
  if healthy millrace-silent; then fail "the health check says healthy, though no hub runs"; fi
  podman rm -f -t 0 millrace-alone millrace-silent > /dev/null
}

orders() { # the pump's orders, as one word each
  curl -fsS -m 5 "http://127.0.0.1:$port/api/v1/work-orders" \
    | python3 -c "import json,sys; print(*sorted(o['number'] for o in json.load(sys.stdin)['items'] if o['asset']=='P-101'))"
}

verify_compose() {
  say "compose: the hub with the demo plant"
  local hub begin before
  chown 10001:10001 "$work/secrets/broker"
  command podman system service --time=0 "unix://$work/podman.sock" > "$work/service.log" 2>&1 &
  service=$!
  for ((i = 0; i < 50; i++)); do [ -S "$work/podman.sock" ] && break; sleep 0.2; done
  export DOCKER_HOST="unix://$work/podman.sock" MILLRACE_PORT=$port
  export MILLRACE_IMAGE=localhost/millrace:verify MILLRACE_DEMO_IMAGE=localhost/millrace-demo:verify
  run_compose up -d --no-build
  begin=$SECONDS
  hub=$(compose ps -q hub)
  expect "$hub" 120 /health/ready "True" "not ready under compose"
  expect "$hub" 120 /api/v1/sources "len(d['items'])==3 and all(s['up'] for s in d['items'])" \
    "not all three sources came up (field: with its password from /run/secrets)"
  note "three sources up $((SECONDS - begin)) s after compose up"
  expect "$hub" 90 /api/v1/work-orders "any(o['asset']=='P-101' for o in d['items'])" "no work order for P-101"
  note "work order for P-101 $((SECONDS - begin)) s after compose up"
  while [ $((SECONDS - begin)) -lt 60 ]; do sleep 1; done # the incident raises its severity, then ends
  expect "$hub" 10 /api/v1/ledger "d['balanced']" "the ledger does not balance"
  healthy "$hub" || fail "the health check says unhealthy in the demo"
  note "resident after 60 s of demo: hub $(resident "$hub") MB, plant $(resident "$(compose ps -q plant)") MB"

  say "compose: the hub's container is stopped in mid-stream and made anew; its volume stays"
  before=$(orders)
  [ "$(wc -w <<< "$before")" = 1 ] || fail "one work order expected for P-101, there are: $before"
  stop_in_order "$hub"
  run_compose rm -f -s plant # first, since it is in the hub's network
  run_compose rm -f -s hub
  run_compose up -d --no-build
  hub=$(compose ps -q hub)
  expect "$hub" 120 /health/ready "True" "not ready after it was made anew"
  case " $(orders) " in *" $before "*) ;; *) fail "the work order $before is gone; there are: $(orders)" ;; esac
  expect "$hub" 120 /api/v1/sources "all(s['up'] for s in d['items'])" "sources did not come back"
  expect "$hub" 10 /api/v1/ledger "d['balanced']" "the ledger does not balance after the restart"
  run_compose rm -f -s plant
  run_compose down -v -t 20
}

for tool in podman buildah runc mmdebstrap docker-compose curl python3; do
  command -v "$tool" > /dev/null || fail "$tool is missing; hint: apt-get install the packages named at the top of this file"
done
[ "$(id -u)" = 0 ] || fail "needs root, for the chroots and networks of the containers"
configure_podman
trap cleanup EXIT
trap 'exit 1' INT TERM
remove_all # what a run that was killed left behind
base_images
say "build docker/Dockerfile"
build localhost/millrace:verify
build localhost/millrace-demo:verify --target demo
port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
secret_configuration
verify_image
verify_alone
verify_compose
say "verified: the images, the hub alone, the hub with the demo plant"
