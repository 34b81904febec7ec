#!/bin/sh
# The Docker engine of machine.sh, in FOLDER.
cd "$FOLDER" || exit
exec dockerd --config-file "$FOLDER/daemon.json" >> dockerd.log 2>&1
