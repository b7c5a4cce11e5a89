-- Who sends, and with what credentials. Secrets are hashed where they only need comparing, encrypted where they must be
-- read again (bytea columns ending in _sealed; see ops/identity-vault.ts).

create table distributors (
  distributor_id   text primary key,
  onboarding_id    text not null unique,
  legal_name       text not null,
  erp_type         text not null check (erp_type in ('tally_prime', 'sap_b1', 'csv')),
  time_zone        text not null,
  -- GSTIN and contacts: personal data, so one sealed JSON.
  profile_sealed   bytea not null,
  status           text not null default 'registered' check (status in ('registered', 'active', 'inactive')),
  consent_at       timestamptz,
  consent_by       text,
  consent_reference text,
  created_at       timestamptz not null default now()
);

create table credentials (
  credential_id    bigint generated always as identity primary key,
  distributor_id   text not null references distributors,
  request_id       text not null,
  api_key_hash     bytea not null unique,
  hmac_secret_sealed bytea not null,
  digest_key_sealed  bytea not null,
  issued_at        timestamptz not null default now(),
  revoked_at       timestamptz,
  unique (distributor_id, request_id)
);

create table certificates (
  fingerprint      text primary key,
  credential_id    bigint not null references credentials,
  distributor_id   text not null references distributors,
  serial           text not null,
  not_before       timestamptz not null,
  not_after        timestamptz not null,
  revoked_at       timestamptz
);
create index certificates_of_distributor on certificates (distributor_id);

-- What is handed over once. A new link replaces the one before; the content goes when it is fetched or revoked, and is
-- not handed over after kept_until.
create table credential_bundles (
  credential_id    bigint primary key references credentials,
  distributor_id   text not null references distributors,
  content_sealed   bytea,
  kept_until       timestamptz not null,
  token_hash       bytea unique,
  expires_at       timestamptz,
  fetched_at       timestamptz
);

create table admin_audit (
  audit_id         bigint generated always as identity primary key,
  at               timestamptz not null default now(),
  actor            text not null,
  action           text not null,
  distributor_id   text,
  details          jsonb not null default '{}'
);
