import { describe, expect, it } from '@jest/globals';
import { FileSourceConfig, streamIdOf, uploadSource } from '../../src/ops/file-source-schema.js';

const OF_UPLOADS = uploadSource('dist_c4f9ee2a');
const faultsOf = (config: object): string[] =>
  FileSourceConfig.safeParse(config).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('the source of a distributor’s uploads', () => {
  it('has its own name and a stream for each form of file', () => {
    expect(OF_UPLOADS.source_id).toBe('upload-c4f9ee2a');
    expect(OF_UPLOADS.streams.map(({ stream }) => streamIdOf(OF_UPLOADS, stream))).toEqual([
      'file.upload.csv.invoices',
      'file.upload.csv.payments',
      'file.upload.csv.returns',
      'file.upload.tally.xml',
    ]);
  });

  it('may have rules of its own', () => {
    expect(faultsOf({ ...OF_UPLOADS, rules: { own_phone: '9876500000' }, retention_days: 30 })).toEqual([]);
  });

  it('is the only one: under no other name, for no other place, of no other distributor', () => {
    const message = 'source_id: expected upload-c4f9ee2a for the uploads of the distributor, and for nothing else';
    expect(faultsOf({ ...OF_UPLOADS, source_id: 'by_hand' })).toEqual([message]);
    expect(faultsOf({ ...OF_UPLOADS, source_id: 'upload-00000000' })).toEqual([message]);
    expect(faultsOf({ ...OF_UPLOADS, place: { kind: 'folder', path: '/srv' } })).toEqual([message]);
  });

  it('neither moves files nor reports beside them', () => {
    expect(faultsOf({ ...OF_UPLOADS, after: 'delete', report_failures: true })).toEqual([
      'after: expected keep: uploads lie in the store',
      'report_failures: expected false: the preview tells',
    ]);
  });
});
