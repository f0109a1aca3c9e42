#!/bin/sh
# The packages that HepatIA runs on, in one layer, without what only their maintainer scripts needed.
set -eu

# Asked by Debian's maintainer scripts before they start a service; 101 means "do not".
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
# Its maintainer script would make a cluster; ours is made under DATA.
mkdir -p /etc/postgresql-common
echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf

apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
  ca-certificates dcmtk orthanc orthanc-dicomweb orthanc-postgresql orthanc-python postgresql python3 tini
rm /usr/sbin/policy-rc.d

# Perl serves postgresql-common's commands, which work on clusters of Debian's own places: none is used here.
rm -rf /usr/share/perl/5* /usr/lib/*/perl/5* /usr/lib/*/libperl.so*
# Compiled locales of other languages, the package manager's caches, logs.
rm -rf /usr/share/i18n /usr/share/postgresql/*/man /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* /var/lib/postgresql/*
