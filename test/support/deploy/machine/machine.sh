#!/bin/sh
# A machine of its own: inside new namespaces (network, mounts, processes), an ssh server and a Docker engine that share no
# file, port or process with this machine's. Ends, and with it all that it started, when its standard input does.
# FOLDER: what equipment.ts put there. ADDRESS, ROUTER, LINK: its own end of the cable to this machine. DOCKERD: machineDocker.sh.
set -eu
cd "$FOLDER"
mount -t tmpfs tmpfs /run
# Over the whole folders: a file alone would come off when a program on this machine replaces it.
mount -t overlay overlay -o "lowerdir=$FOLDER/etc:$FOLDER/packages/etc:/etc" /etc
mount -t tmpfs tmpfs /etc/docker # The engine's identity.
mount -t overlay overlay -o "lowerdir=$FOLDER/packages/usr:/usr" /usr
mkdir /run/sshd
install -m 644 id.pub /run/sshd/authorized_keys # Read by sshd as the user who comes.
echo waiting
read -r _ # Until the cable is plugged in.
ip link set lo up
ip address add "$ADDRESS/30" dev "$LINK"
ip link set "$LINK" up
ip route add default via "$ROUTER"
/usr/sbin/sshd -D -e -f sshd_config > sshd.log 2>&1 &
sh "$DOCKERD" &
cat > /dev/null
