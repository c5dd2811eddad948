#!/bin/sh
# One node of a Redis Cluster: as start.sh, and with users for its replica and for whoever forms the cluster.
set -eu
: "${REDIS_PASSWORD:?set REDIS_PASSWORD}" "${REDIS_OPERATOR_PASSWORD:?set REDIS_OPERATOR_PASSWORD}"
umask 077
mkdir -p /run/redis
digest() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }
sed "s/APP_PASSWORD_SHA256/$(digest "$REDIS_PASSWORD")/" /etc/redis/users.acl >/run/redis/users.acl
operator=$(digest "$REDIS_OPERATOR_PASSWORD")
cat >>/run/redis/users.acl <<ACL
user replica on #$operator resetkeys resetchannels nocommands +psync +replconf +ping
user operator on #$operator allkeys allchannels allcommands
ACL
cat /etc/redis/redis.conf - >/run/redis/redis.conf <<CONF
cluster-enabled yes
cluster-config-file nodes.conf
cluster-node-timeout 2000
cluster-require-full-coverage no
repl-diskless-sync-delay 0
cluster-announce-ip ${CLUSTER_ANNOUNCE_IP:-$(hostname -i | tr ' ' '\n' | grep '^172\.30\.77\.')}
masteruser replica
masterauth $REDIS_OPERATOR_PASSWORD
CONF
unset REDIS_PASSWORD REDIS_OPERATOR_PASSWORD
exec redis-server /run/redis/redis.conf
