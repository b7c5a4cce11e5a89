#!/bin/sh
# Brings Temporal's two databases to the schema of this image's version; changes nothing when they have it.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal_db_password)"
export SQL_PASSWORD
for kind in temporal visibility; do
  [ "$kind" = temporal ] && database=temporal || database=temporal_visibility
  sql() { temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user temporal --database "$database" "$@"; }
  sql setup-schema --version 0.0
  sql update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$kind/versioned"
done
