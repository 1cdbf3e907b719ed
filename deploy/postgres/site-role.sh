#!/bin/sh
# Makes the role that serves the site, in a new database (docker-entrypoint-initdb.d). `migrate` gives it its rights.
set -eu
psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set password="$(cat /run/secrets/site_password)" <<'SQL'
CREATE ROLE tracker LOGIN PASSWORD :'password';
SQL
