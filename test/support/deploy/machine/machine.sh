#!/bin/sh
# A machine of its own: inside new namespaces (network, mounts, processes), a Docker engine that shares no file, port or process
# with this machine's. Ends, and with it all that it started, when its standard input does.
# FOLDER: what machine.ts put there; services.sh in it is started beside Docker. ADDRESS, ROUTER, LINK: its own end of the cable
# to this machine, and its host name. LAYERS: what lies over /usr.
set -eu
scripts=$(dirname "$0")
cd "$FOLDER"
mount -t tmpfs tmpfs /run
# Over the whole folders: a file alone would come off when a program on this machine replaces it.
mount -t overlay overlay -o "lowerdir=$FOLDER/etc:$FOLDER/packages/etc:/etc" /etc
mount -t tmpfs tmpfs /etc/docker # The engine's identity.
mount -t overlay overlay -o "lowerdir=$LAYERS:/usr" /usr
# A sysfs shows the network devices of where it was mounted.
mkdir /run/cgroup
mount --rbind /sys/fs/cgroup /run/cgroup
mount -t sysfs sysfs /sys
mount --rbind /run/cgroup /sys/fs/cgroup
umount -l /run/cgroup
mount --make-rshared / # As systemd has it.
echo "$LINK" > /proc/sys/kernel/hostname
echo waiting
read -r _ # Until the cable is plugged in.
ip link set lo up
ip address add "$ADDRESS/30" dev "${LINK}b"
ip link set "${LINK}b" up
ip route add default via "$ROUTER"
# As a machine boots, not as this one is; Docker changes it, and the policy of FORWARD with it.
echo 0 > /proc/sys/net/ipv4/ip_forward
[ ! -e services.sh ] || . ./services.sh
sh "$scripts/machineDocker.sh" &
# A shell that waits is a process 1 that reaps.
cat > /dev/null
