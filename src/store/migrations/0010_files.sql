-- The State Registry of file ingestion: places where files lie, every file ever seen there with its state, what each run did, and
-- who touched what. Paths may name people, so they are sealed; a keyed digest finds them.

create table file_sources (
  source_id      text primary key,
  tenant_id      text not null references distributors,
  connector_id   text not null,
  -- As Ops gave it: place, streams, policies, the distributor's own phone. References to secrets, never secrets.
  settings_sealed bytea not null,
  created_at     timestamptz not null default now(),
  removed_at     timestamptz
);
create index file_sources_of_tenant on file_sources (tenant_id);

create table source_files (
  file_id        bigint generated always as identity primary key,
  source_id      text not null references file_sources,
  stream_id      text not null,
  path_digest    text not null,
  path_sealed    bytea not null,
  -- What listing shows of a content: size, time and tag. Another mark is another version of the file.
  listing_mark   text not null,
  mark_since     timestamptz not null default now(),
  size_bytes     bigint not null,
  listed         jsonb not null,
  state          text not null default 'discovered'
    check (state in ('discovered', 'waiting', 'claimed', 'parsed', 'committed', 'duplicate', 'quarantined', 'failed')),
  waits_for      text,
  -- Who holds it: only the newest claim may change anything, and only until it runs out.
  claim          bigint not null default 0,
  claimed_by     text,
  claimed_until  timestamptz,
  sha256         text,
  duplicate_of   bigint references source_files,
  schema_version int,
  sync_id        text,
  code           text,
  message        text,
  counts         jsonb not null default '{}',
  discovered_at  timestamptz not null default now(),
  seen_at        timestamptz not null default now(),
  changed_at     timestamptz not null default now(),
  committed_at   timestamptz,
  -- Where it lies after retaining, as a sealed path; null while it lies where it was found.
  moved_to       bytea,
  removed_at     timestamptz
);
create index files_of_path on source_files (source_id, path_digest, file_id);
-- A path has one content under way at a time.
create unique index one_content_a_path on source_files (source_id, path_digest)
  where state in ('discovered', 'waiting', 'claimed', 'parsed');
create index committed_contents on source_files (source_id, stream_id, sha256) where state = 'committed';

-- Rows refused, for the distributor: no value, only its keyed hash.
create table file_faults (
  file_id        bigint not null references source_files,
  fault_no       int not null,
  line           bigint,
  column_name    text,
  code           text not null,
  message        text not null,
  value_hash     text,
  primary key (file_id, fault_no)
);

-- Contents the platform keeps itself, sealed piece by piece: uploads until they are settled, and masters that later files need.
create table file_contents (
  content_id     text not null,
  piece          int not null,
  bytes          int not null,
  sealed         bytea not null,
  primary key (content_id, piece)
);

create table file_runs (
  run_id         text not null,
  source_id      text not null references file_sources,
  stream_id      text not null,
  metrics        jsonb not null,
  started_at     timestamptz not null,
  ended_at       timestamptz not null default now(),
  primary key (run_id, stream_id)
);

create table file_audit (
  audit_id       bigint generated always as identity primary key,
  at             timestamptz not null default now(),
  source_id      text not null,
  file_id        bigint,
  actor          text not null,
  action         text not null,
  details        jsonb not null default '{}'
);
create index file_audit_of_source on file_audit (source_id, audit_id);
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger append_only before update or delete or truncate on file_audit
  for each statement execute function refuse_change();

-- Line or voucher of a file that a document was read from.
alter table documents add column position bigint;
-- Rows of a delivery refer to earlier ones of it that nobody sees yet.
create index staged_documents on documents (distributor_id, doc_key) where state = 'staged';

-- The envelope of every row that came in a file.
create view file_envelopes as
  select s.tenant_id, s.connector_id, f.stream_id, f.file_id, d.position, f.sha256, f.schema_version, d.doc_key, d.digest, d.state
  from source_files f
  join file_sources s using (source_id)
  join documents d on d.distributor_id = s.tenant_id and d.sync_id = f.sync_id
  where f.state = 'committed';

-- Where each stream has come to: the content committed last.
create view stream_checkpoints as
  select distinct on (f.source_id, f.stream_id)
    s.tenant_id, s.connector_id, f.source_id, f.stream_id, f.file_id, f.path_sealed, f.sha256, f.committed_at
  from source_files f join file_sources s using (source_id)
  where f.state = 'committed'
  order by f.source_id, f.stream_id, f.committed_at desc, f.file_id desc;
