-- standing_*: the version that stands, held or published, for the platform's own sums. current_*: what readers may see.
-- Neither shows identity.

create view standing_invoices as
  select d.state as visibility, d.doc_key, b.distributor_id, b.source_key, b.party_key, b.retailer_key, b.erp_type, b.flags,
         b.invoice_id, b.invoice_date, b.due_date, b.amount_inr, b.is_return, b.original_invoice_id, b.opening, b.bills
  from bronze_invoices b join documents d using (document_id)
  where d.state in ('held', 'published');

create view standing_payments as
  select d.state as visibility, d.doc_key, b.distributor_id, b.source_key, b.party_key, b.retailer_key, b.erp_type, b.flags,
         b.payment_id, b.invoice_id, b.paid_date, b.amount_paid_inr, b.payment_method, b.status, b.bill_name, b.bill_date,
         b.instrument_date, b.cleared_on
  from bronze_payments b join documents d using (document_id)
  where d.state in ('held', 'published')
    and not exists (select from payment_reversals r
                    where r.distributor_id = b.distributor_id and r.payment_source_key = b.source_key);

create view standing_returns as
  select d.state as visibility, d.doc_key, b.distributor_id, b.source_key, b.party_key, b.retailer_key, b.erp_type, b.flags,
         b.invoice_id, b.invoice_date, b.amount_inr, b.is_return, b.original_invoice_id, b.return_kind, b.bills
  from bronze_returns b join documents d using (document_id)
  where d.state in ('held', 'published');

create view standing_adjustments as
  select d.state as visibility, d.doc_key, b.distributor_id, b.source_key, b.party_key, b.retailer_key, b.erp_type, b.flags,
         b.adjustment_id, b.adjusted_on, b.amount_inr, b.kind, b.bill_name, b.bill_date
  from bronze_adjustments b join documents d using (document_id)
  where d.state in ('held', 'published')
    and not exists (select from payment_reversals r
                    where r.distributor_id = b.distributor_id and r.adjustment_source_key = b.source_key);

create view current_invoices as select * from standing_invoices where visibility = 'published';
create view current_payments as select * from standing_payments where visibility = 'published';
create view current_returns as select * from standing_returns where visibility = 'published';
create view current_adjustments as select * from standing_adjustments where visibility = 'published';

-- Which payment settles which invoice: the same party and bill name, and the bill's date where both know it. Where it
-- is not known, the latest invoice of that bill name up to the payment's day: names repeat every financial year.
create view settlements as
  select distinct on (p.distributor_id, p.party_key, p.source_key)
         p.distributor_id, p.party_key, p.source_key as payment_source_key, p.payment_id, p.paid_date, p.amount_paid_inr,
         p.status, p.bill_name, i.source_key as invoice_source_key, i.invoice_id, i.invoice_date, i.due_date,
         i.amount_inr as invoice_amount_inr
  from current_payments p
  left join (
    select c.*, bill.name as settled_name, bill.date as settled_date
    from current_invoices c cross join lateral jsonb_to_recordset(c.bills) as bill(name text, date date)
  ) i on i.distributor_id = p.distributor_id and i.party_key = p.party_key and i.settled_name = p.bill_name
     and (p.bill_date is null or i.settled_date is null or i.settled_date = p.bill_date)
  order by p.distributor_id, p.party_key, p.source_key,
           (i.settled_date = p.bill_date) desc nulls last, (i.invoice_date <= p.paid_date) desc nulls last,
           i.invoice_date desc nulls last, i.source_key;
