import { createHash } from 'node:crypto';

/** API keys and one-time tokens are 32 random bytes, so a plain hash cannot be guessed back. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();
