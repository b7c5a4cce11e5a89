-- What arrives: batches within sets (one window of one attempt), and the documents they bring, in every version.

create table sync_sets (
  distributor_id   text not null references distributors,
  sync_id          text not null,
  state            text not null default 'open' check (state in ('open', 'published', 'superseded')),
  batches_total    int,
  sync_from        date,
  sync_to          date,
  -- A delta moves the watermark, a backfill's window does not; known when it is published.
  moves_watermark  boolean,
  publication_id   bigint,
  opened_at        timestamptz not null default now(),
  primary key (distributor_id, sync_id)
);
create index open_sync_sets on sync_sets (opened_at) where state = 'open';

create table publications (
  publication_id   bigint generated always as identity primary key,
  distributor_id   text not null references distributors,
  result           jsonb not null,
  published_at     timestamptz not null default now()
);

create table batches (
  distributor_id   text not null,
  batch_id         text not null,
  sync_id          text not null,
  seq              int not null,
  -- Keyed digest of the plain text: tells a repeated batch from another one under the same id.
  plain_digest     text not null,
  result           jsonb not null,
  quarantine       jsonb not null,
  received_at      timestamptz not null default now(),
  primary key (distributor_id, batch_id),
  unique (distributor_id, sync_id, seq),
  foreign key (distributor_id, sync_id) references sync_sets
);

create table documents (
  document_id      bigint generated always as identity primary key,
  distributor_id   text not null references distributors,
  doc_key          text not null,
  version_epoch    int not null,
  version_sequence bigint not null,
  digest           text not null,
  sync_id          text not null,
  -- staged: arrived, its set not published. held, published, voided: the version that stands. The rest is history.
  state            text not null check (state in ('staged', 'held', 'published', 'voided', 'superseded', 'duplicate', 'stale')),
  invoices         smallint not null,
  payments         smallint not null,
  returns          smallint not null,
  adjustments      smallint not null,
  arrived_at       timestamptz not null default now()
);
create unique index standing_documents on documents (distributor_id, doc_key) where state in ('held', 'published', 'voided');
create index documents_of_set on documents (distributor_id, sync_id);

-- What the connector was told it need not send; looked at again when the set is published.
create table known_checks (
  distributor_id   text not null,
  sync_id          text not null,
  doc_key          text not null,
  version_epoch    int not null,
  version_sequence bigint not null,
  digest           text not null,
  records          int not null,
  primary key (distributor_id, sync_id, doc_key),
  foreign key (distributor_id, sync_id) references sync_sets
);
