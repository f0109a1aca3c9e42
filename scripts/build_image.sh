#!/bin/bash
# build_image.sh NAME DOCKERFILE SUITE: builds an OCI image with docker, podman or buildah, whichever works here, and leaves
# beside it what the tests use: build/image/NAME/rootfs and build/image/NAME/config.json.
#
# BASE   another base image than the Dockerfile's; without one, and without a registry, Debian SUITE from its mirror
# CA     file of certificates that the network wants (a proxy that reads along), known while building only; pip's by default
set -euo pipefail
name=$1 dockerfile=$2 suite=$3
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
target=build/image/$name
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
say() { printf '%s  %s\n' "$(date +%T)" "$*"; }

engine() {
  # A client without its server, which is common, is of no use.
  for one in docker podman; do
    if command -v $one >/dev/null && $one info >/dev/null 2>&1; then echo $one; return; fi
  done
  echo buildah
}

engine=${ENGINE:-$(engine)}
say "Building with $engine"
if [ "$engine" = buildah ]; then
  command -v buildah >/dev/null || scripts/install_debian_packages.sh buildah
  # Without the privileges of a container engine: no namespaces for each step, no overlay.
  export BUILDAH_ISOLATION=chroot
  buildah info >/dev/null 2>&1 || export STORAGE_DRIVER=vfs
  export STORAGE_DRIVER=${STORAGE_DRIVER:-$(buildah info --format '{{.store.GraphDriverName}}')}
fi

# The base: pulled, or, where no registry answers, made from the mirror that this machine's apt uses.
wanted=${BASE:-$(sed -n 's/^ARG BASE=//p' "$dockerfile" | head -1)}
own=localhost/hepatia-base:$suite
if ! timeout 120 "$engine" pull "$wanted" >/dev/null 2>&1; then
  say "No registry gives $wanted; its base is made with debootstrap instead"
  if ! "$engine" inspect "$own" >/dev/null 2>&1; then scripts/debian_base.sh "$engine" "$suite" "$own"; fi
  wanted=$own
fi

CA=${CA:-${PIP_CERT:-${SSL_CERT_FILE:-}}}
options=(--build-arg "BASE=$wanted" --file "$dockerfile" --tag "$name:$version" --tag "$name:latest")
[ -z "${CA:-}" ] || options+=(--secret "id=ca,src=$CA")
case $engine in
  docker) DOCKER_BUILDKIT=1 docker build "${options[@]}" . ;;
  podman) podman build --format docker "${options[@]}" . ;;
  # Docker's format, because OCI's has no place for a health check.
  buildah) buildah bud --format docker --pull-never --layers "${options[@]}" . ;;
esac

say "Unpacking it into $target for the tests"
rm -rf "$target" && mkdir -p "$target/rootfs"
if [ "$engine" = buildah ]; then
  container=$(buildah from --pull-never "$name:latest")
  cp -a --reflink=auto "$(buildah mount "$container")/." "$target/rootfs/"
  buildah rm "$container" >/dev/null
  buildah inspect --type image "$name:latest" | python3 -c \
    'import json, sys; json.dump(json.load(sys.stdin)["Docker"]["config"], sys.stdout)' >"$target/config.json"
  rm -f "$target/$name.tar" && buildah push -q "$name:latest" "docker-archive:$target/$name.tar:$name:$version"
else
  container=$("$engine" create "$name:latest")
  "$engine" export "$container" | tar -x -C "$target/rootfs"
  "$engine" rm "$container" >/dev/null
  "$engine" image inspect --format '{{json .Config}}' "$name:latest" >"$target/config.json"
fi
say "$name:$version, $(du -sm "$target/rootfs" | cut -f1) MB unpacked"
