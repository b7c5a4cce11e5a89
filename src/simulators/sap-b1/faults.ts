/** What can be made to go wrong. Numbers in brackets are the meaning of `amount`. */
export const FAULT_KINDS = [
  /** The connection is closed without an answer. */
  'refuse',
  /** No answer comes until the fault is cleared. */
  'hang',
  /** The answer comes late (milliseconds; 1,000 by default). */
  'slow',
  /** JSON that stops in the middle, as if complete (bytes; 200 by default). */
  'cut',
  /** The connection breaks in the middle of the answer (bytes; 200 by default). */
  'broken',
  /** The balancer's own page (status; 502 by default). */
  'html',
  /** The balancer's empty answer (status; 503 by default). */
  'empty_body',
  /** 500 / 305: the company could not be switched to, for the moment. */
  'switch_company',
  /** 500 with an error of SAP's own. */
  'server_error',
  'too_many_requests',
  /** The session ends just before this request: 401 / 301, and 200 after the next login. */
  'session_dies',
  /** 401 / 301 however often one logs in. */
  'never_authorised',
  /** The login is refused, -304, whatever the password. */
  'login_refused',
  /** The role may not read this. */
  'not_permitted',
  /** The inline count is too high (by how much; 1 by default). */
  'count_lies',
  /** The last rows of a page are missing, without a word (how many; 1 by default). */
  'fewer_rows',
  /** 404 / -2028 where an empty list is due. */
  'no_matching_records',
  /** Rows of the newest documents are gone, as after a backup was restored (how many of each; 10 by default). */
  'entries_fallen',
  /** Somebody adds an invoice of an earlier day just before the answer. */
  'row_inserted',
  /** Somebody cancels an invoice just before the answer. */
  'row_cancelled',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What a request asks for: an entity set, or one of the service's own resources. */
export const TARGETS = [
  'Login',
  'Logout',
  'ping',
  '$metadata',
  'Invoices',
  'CreditNotes',
  'IncomingPayments',
  'VendorPayments',
  'JournalEntries',
  'BusinessPartners',
  'BusinessPartnerGroups',
  'BusinessPlaces',
  'PaymentTermsTypes',
  'unknown',
] as const;
export type Target = (typeof TARGETS)[number];
