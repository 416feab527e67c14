#!/bin/sh
# A database for every service, the role it belongs to, which migrates it, and the role the service connects as. Runs when
# the server makes its data folder; run again (docker compose exec postgres sh /docker-entrypoint-initdb.d/databases.sh)
# it adds what an older one did not make.
set -eu
for name in identity cases documents payments exchange notifications; do
    psql --quiet --set ON_ERROR_STOP=1 --set "owner=onestop_$name" --set "owner_password=$DATABASE_OWNER_PASSWORD" \
        --set "app=onestop_${name}_app" --set "password=$DATABASE_PASSWORD" \
        --username "$POSTGRES_USER" --dbname postgres <<'SQL'
SELECT count(*) = 0 AS missing FROM pg_roles WHERE rolname = :'owner' \gset
\if :missing
CREATE ROLE :"owner" LOGIN;
CREATE DATABASE :"owner" OWNER :"owner";
REVOKE ALL ON DATABASE :"owner" FROM PUBLIC;
\endif
SELECT count(*) = 0 AS missing FROM pg_roles WHERE rolname = :'app' \gset
\if :missing
CREATE ROLE :"app" LOGIN;
\endif
ALTER ROLE :"owner" PASSWORD :'owner_password';
ALTER ROLE :"app" PASSWORD :'password';
SQL
done
