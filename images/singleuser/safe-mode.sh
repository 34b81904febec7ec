# shellcheck shell=bash
# A terminal's shell in safe mode: it reads this in place of the home's own files.
PS1='(safe mode) \w\$ '
cat <<'TEXT'
This server is in safe mode: nothing in your home took part in its start.
Mend or remove what kept it from starting, then stop the server and start it again.
TEXT
