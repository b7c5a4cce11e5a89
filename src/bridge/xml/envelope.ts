import { documentOf, element, type XmlElement } from './element.js';

/** The request of specification §1: one message of one object, so that Tally's counters can mean no other. */
export const importRequest = (companyName: string, report: 'Vouchers' | 'All Masters', object: XmlElement): string =>
  documentOf(
    element('ENVELOPE', [
      element('HEADER', [element('TALLYREQUEST', 'Import Data')]),
      element('BODY', [
        element('IMPORTDATA', [
          element('REQUESTDESC', [
            element('REPORTNAME', report),
            element('STATICVARIABLES', [element('SVCURRENTCOMPANY', companyName)]),
          ]),
          element('REQUESTDATA', [element('TALLYMESSAGE', [object], { 'xmlns:UDF': 'TallyUDF' })]),
        ]),
      ]),
    ]),
  );
