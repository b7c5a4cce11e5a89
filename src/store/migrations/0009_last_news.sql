-- When a delta last brought something: books that stand still for days are worth a call.

alter table watermarks add column news_at timestamptz not null default now();
