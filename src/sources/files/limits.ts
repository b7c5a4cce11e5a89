import { ContentRefused } from '../errors.js';

/** What unpacking may cost. */
export interface UnpackLimits {
  /** Unpacked, all files of an archive together. */
  maxBytes: number;
  /** Unpacked bytes for each packed one, once more than `freeBytes` are unpacked. */
  maxRatio: number;
  freeBytes: number;
  maxEntries: number;
}

/** XML of Tally packs to a fortieth; nothing that is honest packs to a three-hundredth. */
export const UNPACK_LIMITS: UnpackLimits = {
  maxBytes: 8 * 1024 ** 3,
  maxRatio: 300,
  freeBytes: 8 * 1024 ** 2,
  maxEntries: 100,
};

/** Refuses what unpacks to more than it may, as soon as that is known. */
export function refuseBomb(packedBytes: number, unpackedBytes: number, limits: UnpackLimits): void {
  if (unpackedBytes > limits.maxBytes) {
    throw new ContentRefused(
      'ARCHIVE_BOMB',
      `The archive unpacks to more than ${Math.round(limits.maxBytes / 1024 ** 2)} MiB: expected smaller files, such as one for each financial year.`,
    );
  }
  if (unpackedBytes > limits.freeBytes && unpackedBytes > packedBytes * limits.maxRatio) {
    throw new ContentRefused(
      'ARCHIVE_BOMB',
      `The archive unpacks to more than ${limits.maxRatio} times its size, as no export does: expected an ordinary archive.`,
    );
  }
}
