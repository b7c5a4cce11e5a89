-- Vouchers written into ERPs. What they hold, and what ERPs answer, may name people: it stands sealed, and numbers and what makes two
-- vouchers the same are found by keyed digests.

create table bridge_companies (
  company_id   text primary key,
  label        text not null,
  created_at   timestamptz not null default now()
);

create table bridge_credentials (
  credential_id bigint generated always as identity primary key,
  company_id   text not null references bridge_companies,
  api_key_hash bytea not null unique,
  fingerprint  text not null unique,
  serial       text not null,
  not_after    timestamptz not null,
  issued_at    timestamptz not null default now(),
  revoked_at   timestamptz
);
create index bridge_credentials_of_company on bridge_credentials (company_id);

create table bridge_jobs (
  job_id         text primary key,
  company_id     text not null references bridge_companies,
  request_id     text not null,
  -- Keyed digest of what was asked: tells a repeated request from another one under the same id.
  content_digest text not null,
  submitted_by   text not null,
  faulty         text not null check (faulty in ('refuse_all', 'refuse_rows')),
  create_ledgers boolean not null,
  created_at     timestamptz not null default now(),
  -- Null while a row has not come to its end.
  settled_at     timestamptz,
  -- No more is written.
  closed_at      timestamptz,
  unique (company_id, request_id)
);
create index bridge_jobs_of_company on bridge_jobs (company_id, created_at);

create table bridge_rows (
  job_id         text not null references bridge_jobs,
  row            int not null,
  company_id     text not null,
  voucher_sealed bytea not null,
  number_digest  text not null,
  -- Null where it is no voucher, as it was handed in.
  voucher_key    text,
  state          text not null default 'pending'
    check (state in ('pending', 'sending', 'created', 'already_there', 'refused', 'unknown', 'skipped')),
  code           text,
  message_sealed bytea,
  attempts       int not null default 0,
  -- The newest attempt of its own, as bridge_vouchers counts them for all rows of one voucher.
  attempt        int,
  -- An attempt was begun whose end nobody knows: the ERP has to be asked before anything is sent.
  end_unknown    boolean not null default false,
  in_tally_sealed bytea,
  changed_at     timestamptz not null default now(),
  primary key (job_id, row)
);
create index bridge_rows_by_number on bridge_rows (company_id, number_digest);
create index open_bridge_rows on bridge_rows (job_id) where state in ('pending', 'sending');

-- What stands of a voucher, whichever jobs it came in. free: nothing of it is in the ERP by this bridge. sending: it was said to be
-- about to be sent. unknown: a person has to look. created: it is there. The job and row are those that sent it last.
create table bridge_vouchers (
  company_id      text not null references bridge_companies,
  voucher_key     text not null,
  state           text not null default 'free' check (state in ('free', 'sending', 'unknown', 'created')),
  -- Counts the attempts of all its rows: the newest one alone may report.
  attempt         int not null default 0,
  job_id          text,
  row             int,
  -- Keyed digest of the request that was sent; null where it was found in the ERP.
  request_digest  text,
  -- The very bytes, until what came of them is known.
  request_sealed  bytea,
  begun_at        timestamptz,
  tally_master_id bigint,
  in_tally_sealed bytea,
  written_at      timestamptz,
  primary key (company_id, voucher_key),
  unique (company_id, tally_master_id)
);

create table bridge_exchanges (
  exchange_id    bigint generated always as identity primary key,
  company_id     text not null,
  job_id         text not null,
  row            int not null,
  attempt        int not null,
  number_digest  text not null,
  purpose        text not null check (purpose in ('send', 'ask', 'read_back', 'create_master')),
  request_sealed bytea not null,
  answer_sealed  bytea,
  note_sealed    bytea not null,
  at             timestamptz not null,
  took_ms        int not null,
  stored_at      timestamptz not null default now()
);
create index bridge_exchanges_of_row on bridge_exchanges (job_id, row);
create index bridge_exchanges_by_number on bridge_exchanges (company_id, number_digest);
create trigger append_only before update or delete or truncate on bridge_exchanges
  for each statement execute function refuse_change();
