#!/bin/sh
# Runs once, when the cluster is made: a role and databases each for the platform and for Temporal, neither seeing the other's.
set -eu
psql --username postgres --no-psqlrc --set ON_ERROR_STOP=1 \
  --set altscore="$(cat /run/secrets/altscore_db_password)" \
  --set temporal="$(cat /run/secrets/temporal_db_password)" <<'SQL'
create role altscore login password :'altscore';
create role temporal login password :'temporal';
create database altscore owner altscore;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database altscore, temporal, temporal_visibility from public;
\connect temporal_visibility
create extension if not exists btree_gin;
SQL
