#!/bin/bash
# run.sh COMMAND…: runs a command in the image that `make image` unpacked, as a container engine would run it: as the image's
# user, with its environment, on a file system that is read-only but for /tmp. Needs root and no engine; network and
# processes are those of this machine. The caller's /tmp is there at the same place, so that DATA below it is a mounted
# volume.
#
# HEPATIA_IMAGE          the folder with rootfs/ and config.json
# HEPATIA_IMAGE_CONFIG   mounted over /etc/hepatia/orthanc.json
# HEPATIA_IMAGE_USER     another user than the image's
# HEPATIA_IMAGE_MOUNTS   more of that: FROM:TO FROM:TO …
set -euo pipefail
root=$HEPATIA_IMAGE/rootfs
if [ -z "${HEPATIA_IN_NAMESPACE:-}" ]; then
  HEPATIA_IN_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
fi

setting() { python3 -c 'import json, sys; found = json.load(open(sys.argv[1]))[sys.argv[2]]
print("\n".join(found) if isinstance(found, list) else found)' "$HEPATIA_IMAGE/config.json" "$1"; }
user=${HEPATIA_IMAGE_USER:-$(setting User)}
uid=$(chroot "$root" id -u "$user") gid=$(chroot "$root" id -g "$user")

# A volume belongs to the image's user; of a folder of the host's, that is the host's business.
if [ -n "${DATA:-}" ]; then
  mkdir -p "$DATA" && chown -R "$uid:$gid" "$DATA"
  above=$(dirname "$DATA")
  while [ "$above" != /tmp ] && [ "$above" != / ]; do chmod o+x "$above"; above=$(dirname "$above"); done
fi
case ${DSN:-} in host=/*) socket=${DSN#host=} && chmod o+rx "${socket%% *}" ;; esac

mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount --bind /proc "$root/proc"
mount --rbind /tmp "$root/tmp"
[ -z "${HEPATIA_IMAGE_CONFIG:-}" ] || mount --bind "$HEPATIA_IMAGE_CONFIG" "$root/etc/hepatia/orthanc.json"
[ ! -e /etc/resolv.conf ] || { touch "$root/etc/resolv.conf" && mount --bind /etc/resolv.conf "$root/etc/resolv.conf"; }
for mounted in ${HEPATIA_IMAGE_MOUNTS:-}; do
  from=${mounted%%:*} to=$root${mounted##*:}
  if [ -d "$from" ]; then mkdir -p "$to"; else mkdir -p "$(dirname "$to")" && touch "$to"; fi
  mount --bind "$from" "$to"
done
mount -o remount,bind,ro "$root"

mapfile -t given < <(setting Env)
for name in DATA SHOW_PASSWORDS HTTP_PORT DICOM_PORT DEMO AI DSN MONAILABEL REMOTE_ACCESS PGPASSFILE TMPDIR HEPATIA_ROOT PYTHONPATH; do
  [ -z "${!name+set}" ] || given+=("$name=${!name}")
done
exec env -i "${given[@]}" chroot "$root" \
  setpriv --reuid="$uid" --regid="$gid" --clear-groups --no-new-privs --bounding-set=-all "$@"
