-- What is quarantined, as far as the platform may know: which document, the rules it broke, its day, and the bills that
-- its invoices would have made. A document all of whose records are quarantined is voided, and says why.

alter table documents
  add column quarantined     text[] not null default '{}',
  add column quarantined_day date;
create index quarantined_documents on documents (distributor_id, doc_key)
  where quarantined <> '{}' and state in ('held', 'published', 'voided');

create table quarantined_bills (
  document_id      bigint not null references documents on delete cascade,
  distributor_id   text not null,
  party_key        text not null,
  bill_name        text not null,
  bill_date        date
);
create index quarantined_bills_of_party on quarantined_bills (distributor_id, party_key, bill_name);
create index quarantined_bills_of_document on quarantined_bills (document_id);

-- Payments whose invoice is quarantined wait with it: those against a bill that a quarantined invoice would have made,
-- unless another invoice that stands has that very bill. Derived, so it holds across windows and runs, whichever of the
-- two came or changed last. Those taken back are no longer payments.
create view waiting_payments as
  select b.distributor_id, b.document_id, b.party_key, b.source_key, b.paid_date
  from bronze_payments b join documents d using (document_id)
  where d.state in ('held', 'published') and b.bill_name is not null
    and exists (
      select from quarantined_bills q join documents qd on qd.document_id = q.document_id
      where q.distributor_id = b.distributor_id and q.party_key = b.party_key and q.bill_name = b.bill_name
        and (q.bill_date = b.bill_date or q.bill_date is null or b.bill_date is null)
        and qd.state in ('held', 'published', 'voided'))
    and not exists (
      select from bronze_invoices i join documents id on id.document_id = i.document_id
        cross join lateral jsonb_to_recordset(i.bills) as bill(name text, date date)
      where i.distributor_id = b.distributor_id and i.party_key = b.party_key and id.state in ('held', 'published')
        and bill.name = b.bill_name and (bill.date = b.bill_date or bill.date is null or b.bill_date is null))
    and not exists (select from payment_reversals r
                    where r.distributor_id = b.distributor_id and r.payment_source_key = b.source_key);

create or replace view standing_payments as
  select d.state as visibility, d.doc_key, b.distributor_id, b.source_key, b.party_key, b.retailer_key, b.erp_type, b.flags,
         b.payment_id, b.invoice_id, b.paid_date, b.amount_paid_inr, b.payment_method, b.status, b.bill_name, b.bill_date,
         b.instrument_date, b.cleared_on
  from bronze_payments b join documents d using (document_id)
  where d.state in ('held', 'published')
    and not exists (select from payment_reversals r
                    where r.distributor_id = b.distributor_id and r.payment_source_key = b.source_key)
    and not exists (select from waiting_payments w
                    where w.distributor_id = b.distributor_id and w.document_id = b.document_id and w.source_key = b.source_key);
