#!/bin/sh
# Runs once, when the database server makes its data folder: a role and a database of its own for every service.
set -eu
for name in identity cases documents payments exchange; do
    psql --quiet --set ON_ERROR_STOP=1 --set "role=onestop_$name" --set "password=$DATABASE_PASSWORD" \
        --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE ALL ON DATABASE :"role" FROM PUBLIC;
SQL
done
