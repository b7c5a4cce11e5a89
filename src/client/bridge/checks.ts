import { X509Certificate } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { DateTime } from 'luxon';
import type { MasterKind, TallyBooks } from '../../bridge/tally/tally-books.js';
import { type BridgeSettings, loadBridgeSecrets } from '../../ops/bridge-settings.js';
import { TallyMisconfigured } from '../../sources/tally/errors.js';
import { openBooks, openClient } from '../../workers/bridge.js';
import { GatewayMissing, gatewayTls } from '../../workers/gateway.js';

export interface LinkCheck {
  name: string;
  ok: boolean;
  detail: string;
}

/** Looks at each link of the chain, and says one sentence of each. Writes nothing. */
export async function checkLinks(settings: BridgeSettings): Promise<LinkCheck[]> {
  const checks: LinkCheck[] = [];
  const check = async (name: string, work: () => Promise<string> | string): Promise<void> => {
    try {
      checks.push({ name, ok: true, detail: await work() });
    } catch (error) {
      checks.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  };
  const { signal } = new AbortController();
  const books = openBooks(settings);

  await check('Tally', async () => {
    const { booksFrom } = await books.lookups.refresh(signal).catch(async (error: unknown) => {
      throw error instanceof TallyMisconfigured ? await withOpenCompanies(error, books.tally) : error;
    });
    return `Reachable; the pinned company is open, books from ${booksFrom}.`;
  });
  if (checks[0]!.ok) await check('masters', () => namedMasters(settings, books));
  await check('credentials', async () => {
    const { clientCertificate } = await loadBridgeSecrets(settings);
    const until = DateTime.fromJSDate(new Date(new X509Certificate(clientCertificate).validTo));
    if (until < DateTime.now())
      throw new Error(`The client certificate expired on ${until.toISODate()}; ask AltScore Ops for a new one.`);
    return `The certificate is valid until ${until.toISODate()}.`;
  });
  if (!checks.at(-1)!.ok) return checks;
  const secrets = await loadBridgeSecrets(settings);
  await check('API', async () => {
    const client = openClient(settings, secrets);
    try {
      await client.ping();
    } finally {
      await client.close();
    }
    return 'TLS, certificate and API key accepted.';
  });
  await check('gateway', async () => {
    const { gateway } = settings;
    if (gateway === null) throw new GatewayMissing();
    const tls = gatewayTls(gateway, secrets.gateway);
    const connection = await Connection.connect({ address: gateway.address, tls, connectTimeout: '10s' }).catch(() => {
      throw new Error(
        `The gateway at ${gateway.address} does not answer: expected Temporal there, and TLS as configured.`,
      );
    });
    await connection.close();
    return 'Reachable.';
  });
  return checks;
}

/** The wrong company is open, or nobody wrote down its GUID yet: here it is to be read off. */
async function withOpenCompanies(error: Error, tally: TallyBooks): Promise<Error> {
  const open = await tally.openCompanies(new AbortController().signal);
  const listed = open.map(({ name, guid }) => `"${name}" (GUID ${guid})`).join(', ');
  return new Error(`${error.message} Open are: ${listed || 'none'}.`);
}

/** Every ledger and voucher type of the settings is there, by exactly that name. */
function namedMasters({ company }: BridgeSettings, { lookups }: ReturnType<typeof openBooks>): string {
  const { ledgers, voucherTypes } = company;
  const { sales, purchase, roundOff, output, input, reverseCharge } = ledgers;
  const taxes = [output, input, reverseCharge].flatMap((each) => (each === null ? [] : Object.values(each)));
  const named: Array<[MasterKind, string]> = [
    ...[sales, purchase, roundOff, ...taxes].flatMap(
      (name): Array<[MasterKind, string]> => (name === null ? [] : [['Ledger', name]]),
    ),
    ...Object.values(voucherTypes).map((name): [MasterKind, string] => ['VoucherType', name]),
  ];
  const missing = named.filter(([kind, name]) => !lookups.has(kind, name));
  if (missing.length === 0) return `All ${named.length} ledgers and voucher types of the settings are there.`;
  const words = missing.map(([kind, name]) => {
    const near = lookups.nearest(kind, name);
    return `${kind === 'Ledger' ? 'ledger' : 'voucher type'} "${name}"${near === null ? '' : ` (did you mean "${near}"?)`}`;
  });
  throw new Error(`Tally has no ${words.join(', no ')}: expected each by the name that the settings say.`);
}
