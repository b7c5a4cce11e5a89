-- Who was told of an alert, and what is still to be told.

alter table alerts
  -- What ten distributors may have in common, such as the name of a failure.
  add column cause           text not null default '',
  -- Told from then on; null when there is nothing to tell.
  add column tell_after      timestamptz,
  add column told_at         timestamptz,
  -- Ways and roles the telling under way has reached ("email to ops"); never addresses.
  add column told_ways       text[] not null default '{}',
  add column tell_failures   int not null default 0,
  add column tell_error      text,
  -- The alert that told of this one together with others of the same cause.
  add column common_alert_id bigint references alerts;

-- One alert of a rule is open for a distributor and subject.
drop index open_alerts;
create unique index open_alerts on alerts (rule, coalesce(distributor_id, ''), subject) where resolved_at is null;
create index alerts_to_tell on alerts (tell_after) where tell_after is not null;
