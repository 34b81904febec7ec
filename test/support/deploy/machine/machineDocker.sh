#!/bin/sh
# The Docker engine of machine.sh, in FOLDER.
exec dockerd --data-root "$FOLDER/docker" --exec-root /run/docker --pidfile /run/docker.pid \
    -H unix:///run/docker.sock -H "tcp://$ADDRESS:2376" \
    --tlsverify --tlscacert certs/ca.pem --tlscert certs/server/cert.pem --tlskey certs/server/key.pem >> dockerd.log 2>&1
