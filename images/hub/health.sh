#!/bin/bash
# For the container's health check: does the hub answer, and can it write? Not in Python, because its start would take more
# CPU time than all else in an idle hub.
data=${JUPYTERHUB_DATA_DIR:-/srv/jupyterhub/data}
read -r blocks size < <(stat --file-system --format '%a %S' "$data")
# The same number is in declared/store/disk.py.
if ((blocks * size < 1048576)); then
  echo "The disk of $data is full"
  exit 1
fi
# The Pulumi program writes the settings as JSON without spaces.
[[ $JUPYTERHUB_SETTINGS =~ \"hubPort\":([0-9]+) ]] && port=${BASH_REMATCH[1]}
[[ $JUPYTERHUB_SETTINGS =~ \"baseUrl\":\"([^\"]*)\" ]] && base=${BASH_REMATCH[1]}
exec 3<> "/dev/tcp/127.0.0.1/$port" || exit 1
printf 'GET %shub/health HTTP/1.0\r\n\r\n' "$base" >&3
read -r -t 15 line <&3
echo "$line"
[[ $line == *' 200 '* ]]
