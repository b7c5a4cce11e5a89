import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { LandingKeyRefused, LandingKeys, landingKeyOf } from '../../ops/landing-keys.js';

const MAX_KEY_BYTES = 16 * 1024;

interface KeysOptions {
  keysDir: string;
}

/** `altscore files add-key | keys | remove-key`: whose key opens which part of the landing zone. Beside `files`' other commands. */
export function landingZoneCommands(files: Command): void {
  const keysDir = () =>
    new Option('--keys-dir <folder>', 'where sshd looks for keys')
      .env('LANDING_KEYS_DIR')
      .default('/etc/altscore/landing-keys');

  files
    .command('add-key <distributor>')
    .description('let the owner of a public key put files into the landing zone as this distributor')
    .requiredOption('--key <file>', 'the public key, as OpenSSH writes it (id_ed25519.pub)')
    .addOption(keysDir())
    .action(async (distributor: string, { key: file, keysDir: folder }: KeysOptions & { key: string }) => {
      const text = await readFile(file, 'utf8');
      if (text.length > MAX_KEY_BYTES) throw new LandingKeyRefused('The file is too large: expected one public key.');
      const key = landingKeyOf(text);
      await new LandingKeys(folder).add(distributor, key);
      console.log(`${distributor} may enter with ${key.fingerprint}`);
    });

  files
    .command('keys <distributor>')
    .description('the fingerprints of the keys that a distributor may enter with')
    .addOption(keysDir())
    .action(async (distributor: string, { keysDir: folder }: KeysOptions) => {
      for (const { fingerprint } of await new LandingKeys(folder).of(distributor)) console.log(fingerprint);
    });

  files
    .command('remove-key <distributor>')
    .description('no longer let this distributor enter with a key; connections that stand are not ended')
    .option('--fingerprint <fingerprint>', 'of the key, SHA256:…; without it all keys')
    .addOption(keysDir())
    .action(async (distributor: string, { fingerprint, keysDir: folder }: KeysOptions & { fingerprint?: string }) => {
      const removed = await new LandingKeys(folder).remove(distributor, fingerprint ?? null);
      if (removed === 0)
        throw new LandingKeyRefused(`${distributor} has no such key: expected one that it may enter with.`);
      console.log(`${removed} ${removed === 1 ? 'key' : 'keys'} of ${distributor} removed`);
    });
}
