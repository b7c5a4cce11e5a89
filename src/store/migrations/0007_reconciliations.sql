-- ERP and Bronze compared: which months differed, were read again, and differ still. Counts and months only.

create table reconciliations (
  reconciliation_id text primary key,
  distributor_id    text not null references distributors,
  period_from       date not null,
  period_to         date not null,
  outcome           text not null check (outcome in ('agrees', 'mended', 'differs', 'unsettled', 'failed')),
  reason            text,
  months            int not null,
  -- Records the rules refuse: in the ERP, and rightly not in Bronze.
  quarantined       int not null,
  -- Debtors by their closing balance: {compared, differing}; null where it cannot be compared.
  balances          jsonb,
  -- [{month, types: {invoice: {erp, bronze}}, parties, settled}], before and after the months were read again.
  found             jsonb not null,
  remaining         jsonb not null,
  started_at        timestamptz not null,
  finished_at       timestamptz not null
);
create index reconciliations_of_distributor on reconciliations (distributor_id, started_at desc);
