import { all, type Condition, compileFormula, UnknownFormula, type Value } from './formula.js';
import type { Voucher } from './model.js';
import type { TallyRequest } from './request.js';
import { guidFor, type Identity } from './voucher-xml.js';

type FieldOf = (name: string) => Value;

/** All filters of a request as one condition. */
export function condition(request: TallyRequest, variables: Map<string, Value>): Condition {
  return all(request.filters.map((text) => compileFormula(text, request.formulae, variables)));
}

export const voucherField =
  (identity: Identity, voucher: Voucher): FieldOf =>
  (name) => {
    switch (name) {
      case 'DATE':
      case 'EFFECTIVEDATE':
        return voucher.day;
      case 'ALTERID':
        return voucher.alterId;
      case 'MASTERID':
        return voucher.masterId;
      case 'GUID':
      case 'REMOTEID':
        return guidFor(identity, voucher);
      case 'VOUCHERTYPENAME':
        return voucher.type.name;
      case 'VOUCHERNUMBER':
        return voucher.number;
      case 'PARTYLEDGERNAME':
        return voucher.party?.name ?? '';
      case 'REFERENCE':
        return voucher.reference ?? '';
      case 'NARRATION':
        return voucher.narration;
      case 'ISCANCELLED':
        return voucher.state === 'cancelled';
      case 'ISOPTIONAL':
        return voucher.state === 'optional';
      default:
        throw new UnknownFormula(`vouchers have no $${name} here`);
    }
  };

export const masterField =
  (identity: Identity, master: { masterId: number; alterId: number; name: string; parent: string }): FieldOf =>
  (name) => {
    switch (name) {
      case 'NAME':
        return master.name;
      case 'PARENT':
        return master.parent;
      case 'ALTERID':
        return master.alterId;
      case 'MASTERID':
        return master.masterId;
      case 'GUID':
        return guidFor(identity, master);
      default:
        throw new UnknownFormula(`masters have no $${name} here`);
    }
  };
