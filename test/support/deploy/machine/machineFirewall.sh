#!/bin/sh
# firewalld on the machine of machine.sh, with the BACKEND iptables or nftables. All that comes from elsewhere is let in.
set -eu
mkdir -p /run/dbus /run/firewalld-config
if [ -e /run/firewalld.pid ]; then kill "$(cat /run/firewalld.pid)"; sleep 1; fi
[ -e /run/dbus/pid ] || dbus-daemon --config-file=/usr/share/dbus-1/system.conf --fork
printf 'DefaultZone=trusted\nFirewallBackend=%s\n' "$BACKEND" > /run/firewalld-config/firewalld.conf
setsid firewalld --nofork --nopid --system-config=/run/firewalld-config < /dev/null &
echo $! > /run/firewalld.pid
