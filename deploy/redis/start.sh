#!/bin/sh
# Puts the digest of the app's password into the ACL, so that neither file nor process list holds the password.
set -eu
: "${REDIS_PASSWORD:?set REDIS_PASSWORD}"
digest=$(printf %s "$REDIS_PASSWORD" | sha256sum | cut -d ' ' -f 1)
unset REDIS_PASSWORD
umask 077
mkdir -p /run/redis
sed "s/APP_PASSWORD_SHA256/$digest/" /etc/redis/users.acl >/run/redis/users.acl
exec redis-server /etc/redis/redis.conf
