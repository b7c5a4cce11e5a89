import { day, type Fields, list, number, text, time } from './fields.js';
import type { Partner, Terms } from './model.js';

export const PARTNER: Fields<Partner> = {
  CardCode: text(({ cardCode }) => cardCode),
  CardName: text(({ name }) => name),
  CardType: text(({ kind }) => (kind === 'supplier' ? 'cSupplier' : 'cCustomer')),
  GroupCode: number(({ groupCode }) => groupCode),
  FederalTaxID: text(({ federalTaxId }) => federalTaxId),
  Cellular: text(({ cellular }) => cellular),
  Phone1: text(({ phone1 }) => phone1),
  BilltoDefault: text(({ billToDefault }) => billToDefault),
  ShipToDefault: text(({ addresses }) => addresses.find(({ type }) => type === 'bo_ShipTo')?.name ?? null),
  PayTermsGrpCode: number(({ termsGroup }) => termsGroup),
  Currency: text(() => 'INR'),
  Valid: text(() => 'tYES'),
  Frozen: text(() => 'tNO'),
  CreateDate: day(({ created }) => created.day),
  CreateTime: time(({ created }) => created.second),
  UpdateDate: day(({ updated }) => updated.day),
  UpdateTime: time(({ updated }) => updated.second),
  DataVersion: number(({ dataVersion }) => dataVersion),
  BPAddresses: list(({ cardCode, addresses }) =>
    addresses.map(({ name, type, gstin, state }, index) => ({
      RowNum: index,
      BPCode: cardCode,
      AddressName: name,
      AddressType: type,
      Street: null,
      City: null,
      ZipCode: null,
      State: state,
      Country: 'IN',
      FederalTaxID: null,
      GSTIN: gstin,
      GstType: gstin === null ? null : 'gstRegularTDSISD',
    })),
  ),
};

export const TERMS: Fields<Terms> = {
  GroupNumber: number(({ group }) => group),
  PaymentTermsGroupName: text(({ name }) => name),
  StartFrom: text(({ startFrom }) => startFrom),
  NumberOfAdditionalMonths: number(({ months }) => months),
  NumberOfAdditionalDays: number(({ days }) => days),
  NumberOfInstallments: number(() => 1),
  NumberOfToleranceDays: number(() => 0),
  BaselineDate: text(() => 'bld_PostingDate'),
};
