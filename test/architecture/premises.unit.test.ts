import { beforeAll, describe, expect, it } from '@jest/globals';
import { ensureBuild } from '../../scripts/build.mjs';
import { reachedFiles } from '../../scripts/reached-files.mjs';

/** What is built into the images for the premises, by the same walk that builds them. */
let connector: string[];
let bridge: string[];
beforeAll(async () => {
  await ensureBuild();
  connector = (await reachedFiles('dist/client/connector.js')).files;
  bridge = (await reachedFiles('dist/client/bridge.js')).files;
});

const within = (files: string[], room: RegExp): string[] => files.filter((file) => room.test(file));

describe('the connector', () => {
  it('holds nothing that writes to Tally, over however many files', () => {
    expect(connector).toContain('dist/sources/tally/transport.js');
    expect(within(connector, /^dist\/(bridge|activities\/bridge|workers\/bridge|client\/bridge)/)).toEqual([]);
  });

  it('holds nothing of the centre', () => {
    expect(within(connector, /^dist\/(store|api|workflows|simulators|commerce)\//)).toEqual([]);
  });
});

describe('the bridge', () => {
  it('is what writes to Tally', () => {
    expect(bridge).toContain('dist/bridge/import/write-voucher.js');
  });

  it('holds nothing of the centre', () => {
    expect(within(bridge, /^dist\/(store|api|workflows|simulators|commerce)\//)).toEqual([]);
  });

  it('is not the connector: it neither delivers books nor works for a connector', () => {
    expect(within(bridge, /^dist\/(activities|workers|client)\/connector/)).toEqual([]);
  });
});
