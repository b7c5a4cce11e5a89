import { ContentRefused } from '../errors.js';

/** Backslashes are folders to some, control characters break listings, U+FFFD stands for bytes that are no UTF-8. */
const UNSAFE = /[\\\p{Cc}\ufffd]/u;

/**
 * The names in a path from a source's root, folders first. Throws ContentRefused for a path that could lead out of the
 * root, or that two kinds of places would understand in two ways.
 */
export function namesOf(path: string): string[] {
  const names = path.split('/');
  if (UNSAFE.test(path) || names.some((name) => name === '' || name === '.' || name === '..')) {
    throw new ContentRefused(
      'PATH_UNSAFE',
      'The path of the file is absolute, has .. in it or is otherwise unsafe: expected plain names with / between them.',
    );
  }
  return names;
}
