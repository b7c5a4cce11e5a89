import type { Command } from 'commander';
import { inspectTallyFile } from '../../sources/tally/index.js';

const REFUSED = 2;

/** `altscore inspect FILE`: what the real reader and rules make of an export; nothing is sent. */
export function inspectCommand(program: Command): void {
  program
    .command('inspect <file>')
    .description(
      'read an XML export of Tally with the real reader and rules; sends nothing. Exit code 2 when it is refused',
    )
    .option('--json', 'as one JSON object')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const inspection = await inspectTallyFile(file);
      if (json) console.log(JSON.stringify(inspection));
      else if ('refused' in inspection)
        console.error(`refused: ${inspection.refused.message} (${inspection.refused.code})`);
      else print(inspection);
      if ('refused' in inspection) process.exitCode = REFUSED;
    });
}

function print(inspection: Exclude<Awaited<ReturnType<typeof inspectTallyFile>>, { refused: unknown }>): void {
  const { format, encoding, records, quarantined, flagged, ignored } = inspection;
  console.log(`${format}, ${encoding}`);
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
}
