-- How syncing went, how far the books are known, and who was told.

create table watermarks (
  distributor_id    text primary key references distributors,
  published_through timestamptz not null,
  counters          jsonb not null,
  epoch             int not null default 0,
  updated_at        timestamptz not null default now()
);

create table sync_runs (
  run_id           text primary key,
  distributor_id   text not null references distributors,
  kind             text not null,
  period_from      date,
  period_to        date,
  outcome          text not null,
  reason           text,
  totals           jsonb not null,
  watermark        jsonb,
  started_at       timestamptz not null,
  finished_at      timestamptz
);
create index sync_runs_of_distributor on sync_runs (distributor_id, started_at desc);

create table alerts (
  alert_id         bigint generated always as identity primary key,
  distributor_id   text references distributors,
  -- What happened (step_overdue, sync_failed) and to whom; one alert of both is open at a time.
  rule             text not null,
  subject          text not null,
  severity         text not null check (severity in ('info', 'warning', 'critical')),
  audience         text not null,
  message          text not null,
  times            int not null default 1,
  raised_at        timestamptz not null default now(),
  last_raised_at   timestamptz not null default now(),
  resolved_at      timestamptz
);
create unique index open_alerts on alerts (rule, subject) where resolved_at is null;
create index alerts_of_distributor on alerts (distributor_id, raised_at desc);
