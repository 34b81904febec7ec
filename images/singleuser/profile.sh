# Terminals are login shells, for which Debian's /etc/profile forgets the image's PATH.
PATH="/opt/jupyter/bin:$HOME/.local/bin:$PATH"
