import { setTimeout as sleep } from 'node:timers/promises';
import type { Book } from './book.js';
import { COUNTERLESS, failure, HTML_PAGE } from './envelope.js';
import type { FaultKind } from './faults.js';
import { importAnswer, nothingDone } from './import-answer.js';
import type { Imports } from './imports.js';
import type { TallyRequest } from './request.js';
import { escapeXml } from './xml.js';

/**
 * Imports what was asked, with the faults that strike this request worked in: some before anything is done, some after.
 * Null: the client gets no answer. `gone` resolves when the client has given up.
 */
export async function serveImport(
  request: TallyRequest,
  book: Book | null,
  imports: Imports,
  faults: ReadonlyMap<FaultKind, number | undefined>,
  gone: () => Promise<void>,
): Promise<string | null> {
  if (faults.has('not_committed_no_answer')) {
    await gone();
    return null;
  }
  if (faults.has('late_commit')) await gone();
  if (imports.options.msPerImport) await sleep(imports.options.msPerImport);
  if (faults.has('html')) return HTML_PAGE;
  const { objects } = request;
  if (faults.has('counterless') || !objects) return COUNTERLESS;
  if (faults.has('exception')) return importAnswer({ ...nothingDone(), exceptions: 1 }, objects.enveloped);
  if (!book || faults.has('company_closed')) {
    const refused = `Could not set 'SVCurrentCompany' to '${request.company ?? ''}'`;
    if (objects.enveloped) return failure(escapeXml(refused));
    return importAnswer({ ...nothingDone(), lineErrors: [refused] }, false);
  }
  const result = imports.commit(book, objects);
  if (faults.has('committed_no_answer')) await gone();
  if (faults.has('committed_no_answer') || faults.has('committed_hang_up') || faults.has('late_commit')) return null;
  return faults.has('empty_body') ? '' : importAnswer(result, objects.enveloped);
}
