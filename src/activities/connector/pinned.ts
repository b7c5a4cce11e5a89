import { SourceMisconfigured } from '../../sources/errors.js';

/** The books pinned at the connection test are the only ones ever read. */
export function pinned(expected: string | null, found: string): void {
  if (expected !== null && expected !== found) {
    throw new SourceMisconfigured(
      `COMPANY_REPLACED: the ERP now holds the books ${found} under the configured name; ${expected} were tested and pinned. Ask Ops before going on.`,
    );
  }
}
