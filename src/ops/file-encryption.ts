import { Readable } from 'node:stream';
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';

/** Files that the platform leaves at a place for its own people alone: age (age-encryption.org), to the platform's own identity. */

/** Encrypts as it is read. */
export async function encrypted(plain: Readable, identity: string): Promise<Readable> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const sealed = await encrypter.encrypt(Readable.toWeb(plain) as ReadableStream<Uint8Array<ArrayBuffer>>);
  return Readable.fromWeb(sealed as Parameters<typeof Readable.fromWeb>[0]);
}

/** @throws what the library says where the file was changed, or is not for this identity. */
export async function decrypted(sealed: Readable, identity: string): Promise<Readable> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const plain = await decrypter.decrypt(Readable.toWeb(sealed) as ReadableStream<Uint8Array<ArrayBuffer>>);
  return Readable.fromWeb(plain as Parameters<typeof Readable.fromWeb>[0]);
}
