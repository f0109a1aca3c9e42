#!/bin/bash
# debian_base.sh ENGINE SUITE NAME: a base image of Debian, made with debootstrap from the mirror that apt uses here.
set -euo pipefail
engine=$1 suite=$2 name=$3
command -v debootstrap >/dev/null || "$(dirname "$0")/install_debian_packages.sh" debootstrap

mirror=$(sed -n 's/^URIs: *\(.*\/debian\)\/*$/\1/p; s/^deb [^ ]* *\(http[^ ]*\/debian\)\/* .*/\1/p' \
  /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -1 || true)
if [ -z "$mirror" ]; then
  echo "apt has no mirror of Debian here, and no registry answers: give a base image, BASE=…" >&2
  exit 1
fi
folder=$(mktemp -d)
system=$folder/system
trap 'rm -rf "$folder"' EXIT
debootstrap --variant=minbase "$suite" "$system" "$mirror" >"$folder/log" || { tail -5 "$folder/log" >&2; exit 1; }
printf 'deb %s %s main\n' "$mirror" "$suite" "$mirror" "$suite-updates" "${mirror%/debian}/debian-security" "$suite-security" \
  >"$system/etc/apt/sources.list"
# What the slim images leave out too.
rm -rf "$system"/var/{cache/apt,lib/apt/lists}/* "$system"/usr/share/{doc,man,locale,info}/*
if [ "$engine" = buildah ]; then
  container=$(buildah from scratch)
  tar -C "$system" -cf - . | tar -C "$(buildah mount "$container")" -xf -
  buildah config --cmd bash "$container"
  buildah commit -q --rm "$container" "$name" >/dev/null
else
  tar -C "$system" -cf - . | "$engine" import - "$name" >/dev/null
fi
