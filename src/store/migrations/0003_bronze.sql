-- The canonical records (integration specification §6). Rows belong to a document and are never changed; which of them
-- count follows from their document's state. identity_sealed holds GSTIN, name and phone; retailer_key joins on them.

create table bronze_invoices (
  document_id      bigint not null references documents on delete cascade,
  distributor_id   text not null,
  source_key       text not null,
  party_key        text not null,
  retailer_key     text not null,
  identity_sealed  bytea not null,
  erp_type         text not null,
  flags            text[] not null,
  invoice_id       text not null,
  invoice_date     date not null,
  due_date         date,
  amount_inr       numeric(14,2) not null,
  is_return        boolean not null default false,
  original_invoice_id text,
  opening          boolean not null,
  -- [{name, date}]: what payments settle it by.
  bills            jsonb not null,
  primary key (document_id, source_key)
);
create index bronze_invoices_of_party on bronze_invoices (distributor_id, party_key);

create table bronze_payments (
  document_id      bigint not null references documents on delete cascade,
  distributor_id   text not null,
  source_key       text not null,
  party_key        text not null,
  retailer_key     text not null,
  identity_sealed  bytea not null,
  erp_type         text not null,
  flags            text[] not null,
  payment_id       text not null,
  invoice_id       text,
  paid_date        date not null,
  amount_paid_inr  numeric(14,2) not null,
  payment_method   text,
  status           text not null check (status in ('cleared', 'pending')),
  bill_name        text,
  bill_date        date,
  instrument_date  date,
  cleared_on       date,
  primary key (document_id, source_key)
);
create index bronze_payments_of_party on bronze_payments (distributor_id, party_key, bill_name);

create table bronze_returns (
  document_id      bigint not null references documents on delete cascade,
  distributor_id   text not null,
  source_key       text not null,
  party_key        text not null,
  retailer_key     text not null,
  identity_sealed  bytea not null,
  erp_type         text not null,
  flags            text[] not null,
  invoice_id       text not null,
  invoice_date     date not null,
  amount_inr       numeric(14,2) not null,
  is_return        boolean not null default true,
  original_invoice_id text,
  return_kind      text not null check (return_kind in ('goods', 'allowance')),
  bills            jsonb not null,
  primary key (document_id, source_key)
);
create index bronze_returns_of_party on bronze_returns (distributor_id, party_key);

create table bronze_adjustments (
  document_id      bigint not null references documents on delete cascade,
  distributor_id   text not null,
  source_key       text not null,
  party_key        text not null,
  retailer_key     text not null,
  identity_sealed  bytea not null,
  erp_type         text not null,
  flags            text[] not null,
  adjustment_id    text not null,
  adjusted_on      date not null,
  -- Positive: the debtor owes more.
  amount_inr       numeric(14,2) not null,
  kind             text not null,
  bill_name        text,
  bill_date        date,
  primary key (document_id, source_key)
);
create index bronze_adjustments_of_party on bronze_adjustments (distributor_id, party_key);

-- A bounced or reversed receipt and the entry that took it back: together they count as nothing.
create table payment_reversals (
  distributor_id        text not null,
  party_key             text not null,
  payment_source_key    text not null,
  adjustment_source_key text not null,
  primary key (distributor_id, payment_source_key),
  unique (distributor_id, adjustment_source_key)
);
create index payment_reversals_of_party on payment_reversals (distributor_id, party_key);
