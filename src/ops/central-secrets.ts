import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity } from 'age-encryption';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { type CertificateAuthority, createCa, openAuthority } from './certificates.js';
import { IdentityVault } from './identity-vault.js';

/** Configuration: the secrets folder is missing, incomplete or unreadable. */
export class SecretsMissing extends Error {
  override readonly name = 'SecretsMissing';
}

/** The platform's half of the payload encryption. `kid` is the RFC 7638 thumbprint of its public key. */
export interface PlatformKey {
  kid: string;
  privateKey: KeyObject;
  publicKeyPem: string;
}

export interface CentralSecrets {
  authority: CertificateAuthority;
  vault: IdentityVault;
  /** Newest first; older ones still open what was sealed to them. */
  platformKeys: PlatformKey[];
  adminToken: string;
  /** age identity: opens what the platform encrypted to itself at places of files. */
  filesIdentity: string;
}

const FILES = {
  caCertificate: 'altscore-ca.crt',
  caKey: 'altscore-ca.key',
  platformKey: 'platform_key.key',
  identityKeys: 'identity_keys.json',
  adminToken: 'admin_token',
  filesIdentity: 'files_identity.txt',
} as const;

const key32 = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32, 'expected 32 bytes in base64');
const IdentityKeysFile = z
  .array(z.strictObject({ version: z.number().int().min(1).max(255), encryption: key32, lookup: key32 }))
  .min(1, 'expected at least one key');

/**
 * Reads the secrets folder. With `init`, what is not there yet is made first (files 0600); without it a missing file is
 * an error, so that a mistyped path never starts the platform under a new authority.
 */
export async function openSecrets(folder: string, options: { init?: boolean } = {}): Promise<CentralSecrets> {
  if (options.init) await initSecrets(folder);
  const read = async (file: string): Promise<string> => {
    try {
      return await readFile(join(folder, file), 'utf8');
    } catch (cause) {
      throw new SecretsMissing(
        `The secrets folder ${folder} has no readable ${file}; create the folder's secrets once with init.`,
        { cause },
      );
    }
  };
  const [certificatePem, keyPem, platformPem, identityJson, adminToken, filesIdentity] = await Promise.all([
    read(FILES.caCertificate),
    read(FILES.caKey),
    read(FILES.platformKey),
    read(FILES.identityKeys),
    read(FILES.adminToken),
    read(FILES.filesIdentity),
  ]);
  return {
    authority: await usable(FILES.caKey, () => openAuthority({ certificatePem, keyPem })),
    vault: await usable(FILES.identityKeys, () => new IdentityVault(IdentityKeysFile.parse(JSON.parse(identityJson)))),
    platformKeys: [await usable(FILES.platformKey, () => platformKeyOf(platformPem))],
    adminToken: adminToken.trim(),
    filesIdentity: filesIdentity.trim(),
  };
}

async function usable<Secret>(file: string, open: () => Secret | Promise<Secret>): Promise<Secret> {
  try {
    return await open();
  } catch {
    // The cause may quote what it could not read.
    throw new SecretsMissing(
      `The secrets file ${file} cannot be used: it was changed, or is not of the expected kind.`,
    );
  }
}

async function platformKeyOf(pem: string): Promise<PlatformKey> {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  return {
    kid: await calculateJwkThumbprint(
      publicKey.export({ format: 'jwk' }) as Parameters<typeof calculateJwkThumbprint>[0],
    ),
    privateKey,
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
  };
}

async function initSecrets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (await isMissing(folder, FILES.caKey)) {
    const ca = await createCa();
    // The key last: with it in place the pair is whole, and it is never replaced.
    await writeFile(join(folder, FILES.caCertificate), ca.certificatePem, { mode: 0o600 });
    await writeNew(folder, FILES.caKey, ca.keyPem);
  }
  const platformKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  await writeNew(folder, FILES.platformKey, platformKey.export({ format: 'pem', type: 'pkcs8' }) as string);
  const random32 = () => randomBytes(32).toString('base64');
  const identityKeys = [{ version: 1, encryption: random32(), lookup: random32() }];
  await writeNew(folder, FILES.identityKeys, JSON.stringify(identityKeys));
  await writeNew(folder, FILES.adminToken, randomBytes(32).toString('base64url'));
  await writeNew(folder, FILES.filesIdentity, await generateX25519Identity());
}

const isMissing = (folder: string, file: string): Promise<boolean> =>
  access(join(folder, file)).then(
    () => false,
    () => true,
  );

/** Writes a secret that is not there yet; one that is there stays. */
async function writeNew(folder: string, file: string, content: string): Promise<void> {
  if (await isMissing(folder, file)) await writeFile(join(folder, file), content, { mode: 0o600, flag: 'wx' });
}
