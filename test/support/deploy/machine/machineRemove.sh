#!/bin/sh
# Takes away what the machine of machine.ts leaves on this one. FOLDER, LINK as there.
# $1: cable (its link and what leads through it), all, or later (all, once standard input has ended, whoever else is interrupted).
set -u
if [ "$1" = later ]; then
    trap '' INT TERM HUP
    cat > /dev/null
fi
ip link delete "${LINK}a" 2> /dev/null
for table in nat filter; do
    iptables -w -t "$table" -S 2> /dev/null | grep -e " ${LINK}a " | sed 's/^-A/-D/' | while read -r rule; do
        # shellcheck disable=SC2086 # A rule is many words.
        iptables -w -t "$table" $rule
    done
done
[ "$1" != cable ] || exit 0
# Its last processes may still be ending.
for _ in $(seq 30); do
    for group in /sys/fs/cgroup/*/"$LINK" /sys/fs/cgroup/"$LINK"; do
        [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2> /dev/null
    done
    rm -rf "$FOLDER" 2> /dev/null && exit 0
    sleep 1
done
echo "$FOLDER cannot be removed" >&2
exit 1
