import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IMPORT_LEDGERS, startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import { ask, collectionRequest, objects, textOf } from './asking.js';
import { fieldsOf, importRequest } from './importing.js';

const entry = (ledger: string, amount: string, more = ''): string =>
  `<ALLLEDGERENTRIES.LIST><LEDGERNAME>${ledger}</LEDGERNAME><ISDEEMEDPOSITIVE>${amount.startsWith('-') ? 'Yes' : 'No'}</ISDEEMEDPOSITIVE><AMOUNT>${amount}</AMOUNT>${more}</ALLLEDGERENTRIES.LIST>`;
const hsn = (reverseCharge: string): string =>
  `<GSTOVRDNISREVCHARGEAPPL>${reverseCharge}</GSTOVRDNISREVCHARGEAPPL><GSTOVRDNALLEDGER.LIST><GSTOVRDNHSNDETAILS.LIST><HSNCODE>1006</HSNCODE><TAXABLEAMOUNT>600.00</TAXABLEAMOUNT></GSTOVRDNHSNDETAILS.LIST><GSTOVRDNHSNDETAILS.LIST><HSNCODE>0713</HSNCODE><TAXABLEAMOUNT>400.00</TAXABLEAMOUNT></GSTOVRDNHSNDETAILS.LIST></GSTOVRDNALLEDGER.LIST>`;
const voucher = (type: string, number: string, party: string, isInvoice: string, entries: string): string =>
  `<VOUCHER VCHTYPE="${type}" ACTION="Create" OBJVIEW="Invoice Voucher View"><DATE>20260502</DATE><VOUCHERTYPENAME>${type}</VOUCHERTYPENAME><VOUCHERNUMBER>${number}</VOUCHERNUMBER><REFERENCE>${number}</REFERENCE><PARTYLEDGERNAME>${party}</PARTYLEDGERNAME><BASICBASEPARTYNAME>${party}</BASICBASEPARTYNAME><PERSISTEDVIEW>Invoice Voucher View</PERSISTEDVIEW><ISINVOICE>${isInvoice}</ISINVOICE><NARRATION>as issued</NARRATION><BASICBUYERADDRESS.LIST><BASICBUYERADDRESS>${party}</BASICBUYERADDRESS></BASICBUYERADDRESS.LIST><PARTYGSTIN>29AABCB1234C1Z5</PARTYGSTIN><PLACEOFSUPPLY>Karnataka</PLACEOFSUPPLY>${entries}</VOUCHER>`;

/** As the templates of the specification print them: ledgers only for invoices, goods for orders. */
const TEMPLATES: [what: string, xml: string, isInvoice: string][] = [
  [
    'a sale within the state',
    voucher(
      'Sales',
      'S-1',
      'Mysuru Traders &amp; Sons',
      'Yes',
      entry('Mysuru Traders &amp; Sons', '-1180.00') +
        entry('Sales', '999.60', hsn('No')) +
        entry('CGST', '90.00') +
        entry('SGST', '90.00') +
        entry('Round Off', '0.40'),
    ),
    'Yes',
  ],
  [
    'a purchase in reverse charge',
    voucher(
      'Purchase',
      'P-1',
      'Nashik Agro Supplies',
      'Yes',
      entry('Nashik Agro Supplies', '1000.00') +
        entry('Purchase', '-1000.00', hsn('Yes')) +
        entry('Input IGST', '-50.00') +
        entry('Output IGST RCM', '50.00'),
    ),
    'Yes',
  ],
  [
    'an order',
    voucher(
      'Sales Order',
      'O-1',
      'Pune Provision Stores',
      'No',
      entry('Pune Provision Stores', '-1050.00') +
        entry('Sales', '1000.00') +
        '<ALLINVENTORYENTRIES.LIST><STOCKITEMNAME>Toor Dal Loose</STOCKITEMNAME><ISDEEMEDPOSITIVE>No</ISDEEMEDPOSITIVE><RATE>100/Kg</RATE><AMOUNT>1000.00</AMOUNT><ACTUALQTY>10 Kg</ACTUALQTY><BILLEDQTY>10 Kg</BILLEDQTY><BATCHALLOCATIONS.LIST><GODOWNNAME>Main Location</GODOWNNAME><BATCHNAME>Primary Batch</BATCHNAME><AMOUNT>1000.00</AMOUNT><ACTUALQTY>10 Kg</ACTUALQTY><BILLEDQTY>10 Kg</BILLEDQTY></BATCHALLOCATIONS.LIST><ACCOUNTINGALLOCATIONS.LIST><LEDGERNAME>Sales</LEDGERNAME><AMOUNT>1000.00</AMOUNT></ACCOUNTINGALLOCATIONS.LIST></ALLINVENTORYENTRIES.LIST>' +
        entry('IGST', '50.00'),
    ),
    'No',
  ],
];

describe('the templates of the specification', () => {
  let simulator: TallySimulator;
  beforeAll(async () => {
    simulator = await startTallySimulator({ seed: 2, vouchers: 200, today: '2026-05-18', imports: {} });
  });
  afterAll(() => simulator.close());

  it.each(TEMPLATES)('are taken as they are printed: %s', async (_what, xml, isInvoice) => {
    const { name } = simulator.book.company;
    const answer = fieldsOf(await ask(simulator.url, importRequest(xml, name)));
    expect(answer).toMatchObject({ CREATED: '1', ERRORS: '0', EXCEPTIONS: '0' });
    const request = collectionRequest({
      type: 'Voucher',
      fetch: 'PARTYGSTIN,ISINVOICE',
      from: '20260502',
      to: '20260502',
      filter: `$MasterID = ${answer.LASTVCHID}`,
    });
    const [read] = objects(await ask(simulator.url, request), 'VOUCHER');
    expect([textOf(read!.PARTYGSTIN), textOf(read!.ISINVOICE)]).toEqual(['29AABCB1234C1Z5', isInvoice]);
  });

  it('find the ledgers they need, and a debtor of each state that is kept bill by bill', () => {
    for (const { name, parent, gstin = '' } of IMPORT_LEDGERS) {
      const ledger = simulator.book.named('ledgers', name)!;
      expect([name, ledger.parent, ledger.partyGstin]).toEqual([name, parent, gstin]);
      if (ledger.kind === 'debtor') expect([ledger.billWise, ledger.wrongCheckDigit]).toEqual([true, false]);
    }
  });
});
