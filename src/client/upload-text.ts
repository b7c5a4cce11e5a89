import type { Upload, UploadPreview } from '../canonical/uploads.js';

/** What an upload would bring, or has brought, as a person reads it, and what to do next. */
export function uploadText(upload: Upload): string {
  const { upload_id: id, name, bytes, state, preview, committed_before: before } = upload;
  const lines = [`${id}  ${name}, ${counted(bytes)} bytes`];
  if (preview !== null) lines.push(...previewLines(preview));
  if (before !== null && state !== 'committed')
    lines.push(
      `The same bytes were committed on ${before.at.slice(0, 10)} (${before.source_id}, file ${before.file_id}): they change nothing.`,
    );
  lines.push(...stateLines(upload));
  return lines.join('\n');
}

function previewLines(preview: UploadPreview): string[] {
  const { format, refused, rows_read, rows_accepted, rows_ignored, rows_refused, records, from, to, drift } = preview;
  if (refused !== null) return [`refused: ${refused.message} (${refused.code})`];
  const lines = [
    `${format}: ${counted(rows_read)} read, ${counted(rows_accepted)} accepted, ${counted(rows_refused)} refused, ${counted(rows_ignored)} ignored${from === null ? '' : `; ${from} to ${to}`}`,
  ];
  for (const [type, { count, paise }] of Object.entries(records))
    if (count > 0) lines.push(`  ${type.padEnd(12)} ${counted(count).padStart(10)}  ${rupees(paise)}`);
  for (const [code, count] of Object.entries(preview.refused_by_code))
    lines.push(`  refused ${code}: ${counted(count)}`);
  for (const { line, column, code, message } of preview.faults) {
    const place = [line === null ? null : `line ${line}`, column].filter((part) => part !== null).join(', ');
    lines.push(`  ${place === '' ? '' : `${place}: `}${message} (${code})`);
  }
  const unlisted = rows_refused - preview.faults.length;
  if (unlisted > 0) lines.push(`  … and ${counted(unlisted)} more rows that are refused`);
  if (drift !== null)
    lines.push(`  ${drift.message}${drift.waits ? ' Committed, the file waits until a person accepts them.' : ''}`);
  return lines;
}

function stateLines({ upload_id: id, state, file, committed_by, discarded_by }: Upload): string[] {
  switch (state) {
    case 'ready':
      return [`nothing is taken yet; to take it: altscore files commit ${id} --by WHO`];
    case 'committed': {
      if (file === null) return [`committed by ${committed_by}; it is waiting to be read`];
      const { file_id, stream_id, message, code } = file;
      return [
        `committed by ${committed_by}; file ${file_id} of ${stream_id} is ${file.state}${message === null ? '' : `: ${message} (${code})`}`,
      ];
    }
    case 'discarded':
      return [`discarded by ${discarded_by}`];
    case 'refused':
      return ['nothing of it can be taken'];
    default:
      return [`it is still being read; see: altscore files uploaded ${id}`];
  }
}

const counted = (count: number): string => count.toLocaleString('en-IN');
const rupees = (paise: number): string => `₹${(paise / 100).toLocaleString('en-IN', { minimumFractionDigits: 2 })}`;
