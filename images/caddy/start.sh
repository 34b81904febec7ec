#!/bin/sh
# Caddy by the configuration that the program wrote (CADDY_CONFIG). The authority behind a private ACME server
# (ACME_CA) is handed over as a file.
set -eu
umask 077
printf %s "${ACME_CA:-}" > /tmp/acme-ca.pem
printf %s "$CADDY_CONFIG" > /tmp/caddy.json
exec caddy run --config /tmp/caddy.json
