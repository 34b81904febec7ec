#!/bin/bash
# Whether a request gets to Docker and back. With bash, so that the image needs no HTTP client.
if exec 3<> /dev/tcp/127.0.0.1/2375 \
  && printf 'GET /_ping HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n' >&3 \
  && read -r -t 15 line <&3 && [[ $line == *' 200 '* ]]; then
  exit 0
fi
# A Docker that was started anew while containers ran on (live-restore) has a new socket, unless systemd keeps it. Here
# the old one is still mounted, until this container is started again.
if grep -q '//deleted [^ ]*/docker\.sock ' /proc/self/mountinfo; then
  kill -s USR1 1
fi
exit 1
