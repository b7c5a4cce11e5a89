-- Files that people upload by hand. Their bytes lie in file_contents under upload/<id>; once committed an upload is a file of the
-- distributor's source of uploads.

create table uploads (
  upload_id      text primary key,
  distributor_id text not null references distributors,
  -- Names of files may name people.
  name_sealed    bytea not null,
  bytes          bigint not null default 0,
  sha256         text,
  created_by     text not null,
  created_at     timestamptz not null default now(),
  -- Null while it is on its way, or where it never came to its end.
  received_at    timestamptz,
  -- What it holds, once it was read: its folder among the files of the source.
  form           text check (form in ('invoices', 'payments', 'returns', 'xml')),
  -- Counts, sums, and faults by line, column and sentence; no value of the file.
  preview        jsonb,
  committed_by   text,
  committed_at   timestamptz,
  discarded_by   text,
  discarded_at   timestamptz,
  -- Its bytes are no longer kept.
  dropped_at     timestamptz,
  check (committed_at is null or (form is not null and discarded_at is null))
);
create index uploads_of_distributor on uploads (distributor_id, committed_at);
