#!/usr/bin/env bash
# Builds the image and runs it, alone and with the demo plant, without any image registry, and checks both.
# Needs root on Debian with: podman buildah runc mmdebstrap netavark aardvark-dns golang-github-containers-common
# docker-compose, and a JDK 21+ under /usr/lib/jvm. Everything it makes is in one work folder and is removed again.
#   docker/verify.sh [WORK-FOLDER]     keeps the folder (base image, layers) when one is named: the next run is quick
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work"
[ $# -gt 0 ] || trap 'cleanup; rm -rf "$work"' EXIT
[ $# -eq 0 ] || trap 'cleanup' EXIT

say() { printf '== %s\n' "$*"; }
fail() { printf 'verify: FAILED: %s\n' "$*" >&2; exit 1; }
for tool in podman buildah runc mmdebstrap docker-compose curl; do
  command -v "$tool" >/dev/null || fail "$tool is missing; hint: apt-get install the packages named at the top of this script"
done

# podman without systemd, cgroups v2 or CAP_SYS_RESOURCE: runc, cgroupfs, limits that need no right to raise them
cat > "$work/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
cat > "$work/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$work/storage"
runroot = "$work/run"
CONF
export CONTAINERS_CONF="$work/containers.conf" CONTAINERS_STORAGE_CONF="$work/storage.conf"
service=""
cleanup() {
  podman rm -f -t 0 millrace-alone >/dev/null 2>&1 || true
  if [ -n "$service" ]; then
    compose --profile demo down -v -t 5 >/dev/null 2>&1 || true
    kill "$service" 2>/dev/null || true
  fi
}
compose() { # with the caller's environment: DOCKER_HOST, MILLRACE_IMAGE, MILLRACE_PORT
  docker-compose -p millrace-verify -f "$root/docker/compose.yaml" "$@"
}

jdk=""
for home in "${JAVA_HOME:-/nonexistent}" /usr/lib/jvm/*; do
  if [ -x "$home/bin/jlink" ] && [ "$("$home/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p;q')" -ge 21 ]; then
    jdk=$home
    break
  fi
done
[ -n "$jdk" ] || fail "no JDK 21+ with jlink found"

if ! podman image exists docker.io/library/eclipse-temurin:25-jre; then
  say "base images from Debian packages and $jdk"
  [ -f "$work/base.tar" ] || mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$work/base.tar"
  podman import -q --change 'CMD ["bash"]' "$work/base.tar" docker.io/library/debian:bookworm-slim >/dev/null
  rm -rf "$work/context" && mkdir -p "$work/context"
  "$jdk/bin/jlink" --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.localedata,jdk.zipfs,jdk.httpserver,jdk.jcmd \
    --strip-debug --no-man-pages --no-header-files --compress zip-6 --output "$work/context/jre"
  cp -a "$(readlink -f "$jdk")" "$work/context/jdk"
  for kind in jre jdk; do
    cat > "$work/context/Dockerfile.$kind" <<DOCKER
FROM docker.io/library/debian:bookworm-slim
COPY $kind /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
DOCKER
    buildah bud -q --isolation chroot --pull-never -f "$work/context/Dockerfile.$kind" \
      -t "docker.io/library/eclipse-temurin:25-$kind" "$work/context" >/dev/null
  done
fi

say "build docker/Dockerfile"
mkdir -p "$HOME/.m2"
buildah bud --isolation chroot --format docker --pull-never -v "$HOME/.m2:/root/.m2" \
  -f "$root/docker/Dockerfile" -t localhost/millrace:verify "$root" > "$work/build.log" 2>&1 \
  || { tail -n 40 "$work/build.log"; fail "the image did not build"; }

say "the hub alone: non-root, read-only root, no capabilities"
port=$((20000 + RANDOM % 20000))
podman run -d --name millrace-alone --read-only --tmpfs /tmp:rw,noexec,nosuid,size=16m --cap-drop=ALL \
  --security-opt no-new-privileges --memory 1g -p "127.0.0.1:$port:8080" -v millrace-alone:/data localhost/millrace:verify >/dev/null
wait_for() { # URL SECONDS
  local i
  for ((i = 0; i < $2; i++)); do
    curl -fsS -m 2 "$1" >/dev/null 2>&1 && return
    sleep 1
  done
  return 1
}
wait_for "http://127.0.0.1:$port/health/live" 60 || { podman logs millrace-alone | tail -n 20; fail "no /health/live"; }
[ "$(podman exec millrace-alone id -u)" = 10001 ] || fail "does not run as user 10001"
if podman exec millrace-alone touch /opt/millrace/x 2>/dev/null; then fail "the root file system is writable"; fi
podman healthcheck run millrace-alone 2>/dev/null || fail "the health check says unhealthy"
curl -fsS "http://127.0.0.1:$port/api/v1/sources" | grep -q '"up":false' || fail "sources without a plant must be down, and said so"
say "SIGTERM is drained"
podman stop -t 30 millrace-alone >/dev/null
code=$(podman inspect --format '{{.State.ExitCode}}' millrace-alone)
[ "$code" = 0 ] || [ "$code" = 143 ] || fail "exit code $code after SIGTERM, expected 0 or 143"
podman rm millrace-alone >/dev/null
podman volume rm millrace-alone >/dev/null

say "compose: the hub with the demo plant"
podman system service --time=0 "unix://$work/podman.sock" >/dev/null 2>&1 &
service=$!
for ((i = 0; i < 50; i++)); do [ -S "$work/podman.sock" ] && break; sleep 0.2; done
export DOCKER_HOST="unix://$work/podman.sock" MILLRACE_IMAGE=localhost/millrace:verify MILLRACE_PORT=$((port + 1))
compose --profile demo up -d --no-build > "$work/compose.log" 2>&1 || { cat "$work/compose.log"; fail "compose up"; }
wait_for "http://127.0.0.1:$MILLRACE_PORT/health/live" 90 || { compose logs --tail 20; fail "no /health/live under compose"; }
ok=""
for ((i = 0; i < 120; i++)); do
  if curl -fsS "http://127.0.0.1:$MILLRACE_PORT/api/v1/sources" | python3 -c \
    'import json,sys; s=json.load(sys.stdin)["items"]; sys.exit(0 if len(s)==3 and all(x["up"] for x in s) else 1)'; then
    ok=1
    break
  fi
  sleep 1
done
[ -n "$ok" ] || { curl -s "http://127.0.0.1:$MILLRACE_PORT/api/v1/sources"; compose logs --tail 30; fail "not all sources came up"; }
curl -fsS "http://127.0.0.1:$MILLRACE_PORT/api/v1/ledger" | grep -q '"balanced":true' || fail "the ledger does not balance"
say "verified: image, hub alone, hub with the demo plant"
