#!/bin/sh
# A Docker in this container sets memory limits. With cgroups v2 the kernel hands controllers on only by a group that has
# no processes itself, so those that are here go one level down.
set -eu

root=${1:-/sys/fs/cgroup}
[ -f "$root/cgroup.controllers" ] || exit 0 # cgroups v1 need nothing.

mkdir -p "$root/init"
while read -r process; do
    echo "$process" >"$root/init/cgroup.procs" || true # It may have ended.
done <"$root/cgroup.procs"
sed 's/^/+/; s/ / +/g' "$root/cgroup.controllers" >"$root/cgroup.subtree_control"
