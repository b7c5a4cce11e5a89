-- The Schema Registry of file ingestion: what the columns of a stream's files looked like, version by version. Names of columns and
-- types alone, never a value.

create table stream_schemas (
  source_id    text not null,
  stream_id    text not null,
  version      int not null,
  -- {form, columns: [{name, type, nullable}]}
  columns      jsonb not null,
  -- As compared with what was accepted when it was found.
  verdict      text not null check (verdict in ('first', 'compatible', 'incompatible')),
  state        text not null check (state in ('proposed', 'accepted', 'superseded')),
  -- The file that first showed it.
  found_in     bigint,
  changes      jsonb not null default '[]',
  -- A policy or a person; null while nobody has accepted it.
  accepted_by  text,
  created_at   timestamptz not null default now(),
  accepted_at  timestamptz,
  primary key (source_id, stream_id, version)
);
create unique index accepted_schema on stream_schemas (source_id, stream_id) where state = 'accepted';
