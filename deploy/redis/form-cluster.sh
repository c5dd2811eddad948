#!/bin/sh
# Makes six empty nodes one cluster of three masters with a replica each; a cluster that is there stays as it is.
set -eu
: "${REDISCLI_AUTH:?set REDIS_OPERATOR_PASSWORD}"
nodes=${CLUSTER_NODES:-"172.30.77.11:6379 172.30.77.12:6379 172.30.77.13:6379 172.30.77.14:6379 172.30.77.15:6379 172.30.77.16:6379"}
first=${nodes%% *}
ask() { redis-cli --user operator -h "${first%:*}" -p "${first#*:}" "$@"; }
if ask cluster info | grep -q 'cluster_slots_assigned:16384'; then
  echo 'the cluster is there already'
else
  # shellcheck disable=SC2086
  redis-cli --user operator --cluster create $nodes --cluster-replicas 1 --cluster-yes
fi
for _ in $(seq 60); do
  if ask cluster info | grep -q 'cluster_state:ok'; then exit 0; fi
  sleep 1
done
echo 'the cluster is not whole: look at the logs of its nodes' >&2
exit 1
