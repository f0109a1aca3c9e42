#!/bin/sh
# Makes deploy/secrets for deploy/compose.yaml, where it is not there yet: a random password of the database, and a certificate
# signed by itself for HOST (argument; pacs.example.org). Replace tls.pem and tls.key by the ones of your hospital.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets && cd secrets
if [ ! -e postgres-password ]; then
  password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s' "$password" >postgres-password
  printf 'postgres:5432:hepatia:hepatia:%s\n' "$password" >postgres-passfile
  # libpq wants the file to be its own user's alone: 10001, the image's.
  chown 10001:10001 postgres-passfile
fi
if [ ! -e tls.key ]; then
  host=${1:-pacs.example.org}
  openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
    -keyout tls.key -out tls.pem 2>/dev/null
fi
