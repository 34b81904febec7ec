#!/bin/sh
# Makes the database at the first start. It lets people in over TLS alone, by password.
set -eu
bin=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/postgresql/data
if [ ! -d "$data" ]; then
  install -o postgres -m 600 /certificates/key.pem /var/lib/postgresql/key.pem
  setpriv --reuid postgres --regid postgres --init-groups sh -eu -c "
    $bin/initdb --pgdata $data --encoding UTF8 --locale C.UTF-8 --auth-local trust > /dev/null
    echo 'hostssl all all all scram-sha-256' >> $data/pg_hba.conf
    $bin/pg_ctl --pgdata $data --wait --options '-k /tmp' start > /dev/null
    psql --quiet --host /tmp --command \"CREATE ROLE hub LOGIN PASSWORD '$HUB_PASSWORD'\" --command 'CREATE DATABASE hub OWNER hub'
    $bin/pg_ctl --pgdata $data --wait stop > /dev/null"
fi
exec setpriv --reuid postgres --regid postgres --init-groups "$bin/postgres" -D "$data" -c listen_addresses='*' \
  -c unix_socket_directories=/tmp -c ssl=on -c ssl_cert_file=/certificates/cert.pem -c ssl_key_file=/var/lib/postgresql/key.pem
