import type { Command } from 'commander';
import { type FileInspection, inspectFile } from '../../sources/files/inspect.js';

const REFUSED = 2;

/** `altscore inspect FILE`: what the real readers and rules make of a file; nothing is sent. */
export function inspectCommand(program: Command): void {
  program
    .command('inspect <file>')
    .description(
      'read an XML export of Tally or a CSV template, packed or not, with the real reader and rules; sends nothing. Exit code 2 when it is refused',
    )
    .option('--json', 'as one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const inspection = await inspectFile(file);
      if (json) console.log(JSON.stringify(inspection));
      else if ('refused' in inspection)
        console.error(`refused: ${inspection.refused.message} (${inspection.refused.code})`);
      else print(inspection);
      if ('refused' in inspection) process.exitCode = REFUSED;
    });
}

function print({ files, ...inspection }: FileInspection): void {
  for (const { entry, ...file } of files ?? []) {
    console.log(`${entry}:`);
    print(file);
  }
  const { format, encoding, records, quarantined, flagged, ignored, faults = [] } = inspection;
  console.log(files === undefined ? `${format}, ${encoding}` : 'together:');
  const { voids, ...counted } = records;
  for (const [type, { count, paise }] of Object.entries(counted)) {
    console.log(
      `  ${type.padEnd(12)} ${String(count).padStart(8)}  ₹${(paise / 100).toLocaleString('en-IN', { minimumFractionDigits: 2 })}`,
    );
  }
  console.log(`  ${'voids'.padEnd(12)} ${String(voids.count).padStart(8)}`);
  for (const [title, counts] of Object.entries({ quarantined, flagged, ignored })) {
    for (const [name, count] of Object.entries(counts)) console.log(`  ${title} ${name}: ${count}`);
  }
  for (const { line, column, code, message } of faults) {
    console.log(`  line ${line}${column === null ? '' : `, ${column}`}: ${message} (${code})`);
  }
  const unlisted = sum(quarantined) - faults.length;
  if (faults.length > 0 && unlisted > 0) console.log(`  … and ${unlisted} more rows that are quarantined`);
}

const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
