import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistributorId } from '../canonical/contract.js';

/** A key is not one that may enter, or a distributor is not one. One sentence; quotes nothing of the key. */
export class LandingKeyRefused extends Error {
  override readonly name = 'LandingKeyRefused';
}

export interface LandingKey {
  /** `SHA256:…`, as OpenSSH prints it. */
  fingerprint: string;
  /** Of an authorized_keys file: no forwarding, no terminal, and no comment, which often is a person's name. */
  line: string;
}

/** With how many strings their blob has behind the type. */
const KINDS = new Map([
  ['ssh-ed25519', 1],
  ['ecdsa-sha2-nistp256', 2],
  ['ecdsa-sha2-nistp384', 2],
  ['ecdsa-sha2-nistp521', 2],
  ['sk-ssh-ed25519@openssh.com', 2],
  ['ssh-rsa', 2],
]);
const LEAST_RSA_BITS = 2048;
const EXPECTED = 'expected one line, such as in id_ed25519.pub: ssh-ed25519 AAAA…';

/** A public key as OpenSSH writes it. Throws LandingKeyRefused. */
export function landingKeyOf(text: string): LandingKey {
  if (text.includes('PRIVATE KEY') || text.startsWith('PuTTY-User-Key-File')) {
    throw new LandingKeyRefused(
      'The file holds a private key, which must never be sent: expected the public one, and a new pair.',
    );
  }
  if (text.includes('BEGIN SSH2 PUBLIC KEY')) {
    throw new LandingKeyRefused(
      'The file holds a key in PuTTY’s form: expected OpenSSH’s, which PuTTYgen shows in its box, or ssh-keygen -i -f FILE prints.',
    );
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [type = '', encoded = ''] = lines[0]?.trim().split(/[ \t]+/) ?? [];
  const strings = KINDS.get(type);
  if (lines.length !== 1 || strings === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) {
    throw new LandingKeyRefused(`The file holds no public key: ${EXPECTED}.`);
  }
  const blob = Buffer.from(encoded, 'base64');
  const parts = stringsOf(blob);
  if (parts?.[0]?.toString() !== type || parts.length !== strings + 1) {
    throw new LandingKeyRefused(`The file holds a public key that is damaged or cut short: ${EXPECTED}.`);
  }
  if (type === 'ssh-rsa' && BigInt(`0x${parts[2]!.toString('hex') || 0}`).toString(2).length < LEAST_RSA_BITS) {
    throw new LandingKeyRefused(`The RSA key is too short: expected ${LEAST_RSA_BITS} bits at least, or Ed25519.`);
  }
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  return { fingerprint, line: `restrict ${type} ${blob.toString('base64')}` };
}

/** The length-prefixed strings of a blob; null where they do not fill it. */
function stringsOf(blob: Buffer): Buffer[] | null {
  const parts: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    if (blob.length - at < 4) return null;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return null;
    parts.push(blob.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

/** The folder of keys that sshd looks into: a file for each distributor, `authorized_keys` of its account. */
export class LandingKeys {
  constructor(private readonly folder: string) {}

  /** Of a distributor who has none, an empty list. */
  async of(distributor: string): Promise<LandingKey[]> {
    const file = this.#file(distributor);
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => landingKeyOf(line.replace(/^restrict /, '')));
  }

  /** Adds a key; one that is there already is no error. Throws LandingKeyRefused, also for a key of another distributor. */
  async add(distributor: string, key: LandingKey): Promise<void> {
    const keys = await this.of(distributor);
    for (const other of await readdir(this.folder)) {
      if (other === distributor || !DistributorId.safeParse(other).success) continue;
      if ((await this.of(other)).some(({ fingerprint }) => fingerprint === key.fingerprint)) {
        throw new LandingKeyRefused(`The key is that of ${other}: expected one that no other distributor has.`);
      }
    }
    if (keys.some(({ fingerprint }) => fingerprint === key.fingerprint)) return;
    await this.#write(distributor, [...keys, key]);
  }

  /** Removes one key, or all; answers how many there were. */
  async remove(distributor: string, fingerprint: string | null): Promise<number> {
    const keys = await this.of(distributor);
    const kept = keys.filter((key) => fingerprint !== null && key.fingerprint !== fingerprint);
    await this.#write(distributor, kept);
    return keys.length - kept.length;
  }

  /** Whole or not at all: sshd reads it at any moment. Readable for all, as sshd reads it as the account. */
  async #write(distributor: string, keys: LandingKey[]): Promise<void> {
    const file = this.#file(distributor);
    if (keys.length === 0) return rm(file, { force: true });
    const next = join(this.folder, `.${randomBytes(4).toString('hex')}`);
    await writeFile(next, `${keys.map(({ line }) => line).join('\n')}\n`, { mode: 0o644 });
    await rename(next, file);
  }

  #file(distributor: string): string {
    if (DistributorId.safeParse(distributor).success) return join(this.folder, distributor);
    throw new LandingKeyRefused('The distributor is not one: expected dist_ followed by 4 to 32 letters or digits.');
  }
}
