#!/bin/sh
# Installs the Debian packages named as arguments that are missing, without starting or enabling any service of theirs:
# HepatIA runs Orthanc and PostgreSQL itself, with its own data and ports, and leaves a service that was already there alone.
set -eu

missing=""
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Missing Debian packages:$missing. Install them as root, then run this again." >&2; exit 1; }
  sudo=sudo
fi

echo "Installing Debian packages:$missing"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  # Asked by Debian's maintainer scripts before they start a service; 101 means "do not".
  printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
  $sudo chmod 755 "$policy"
  trap '$sudo rm -f "$policy"' EXIT INT TERM
fi
$sudo apt-get update -q >/dev/null
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing

# A service that came with these packages would take its ports at the next boot.
if command -v systemctl >/dev/null; then
  for package in $missing; do
    case "$package" in
      orthanc | postgresql) $sudo systemctl disable "$package" >/dev/null 2>&1 || true ;;
      nginx-light) $sudo systemctl disable nginx >/dev/null 2>&1 || true ;;
    esac
  done
fi
