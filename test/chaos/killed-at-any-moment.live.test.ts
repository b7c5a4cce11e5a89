import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';

const CHAOS = fileURLToPath(new URL('../../scripts/chaos.mjs', import.meta.url));
const KILLS = 5;

/** The short version of `npm run chaos`: few kills, a small book, and no line between the distributor and the centre. */
describe('a backfill, a consent and deltas during which every part of the product is killed', () => {
  let verdict: Record<string, unknown>;
  let story: string;
  let code: number | null;

  beforeAll(async () => {
    const book = ['--vouchers', '600', '--ms-per-voucher', '6', '--line-ms', '0'];
    const options = ['--kills', String(KILLS), '--seed', '4', ...book, '--json'];
    const child = spawn(process.execPath, [CHAOS, ...options], { env: { ...process.env, NODE_OPTIONS: '' } });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [verdictLine, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
    story = said;
    code = await ended;
    verdict = JSON.parse(verdictLine.trim().split('\n').at(-1) || '{}');
  }, 600_000);

  it('end with Bronze as the books are: nothing lost, nothing doubled, no part ever seen', () => {
    expect({ verdict, story }).toMatchObject({ verdict: { lost: 0, doubled: 0, halfVisible: 0, finished: true } });
    expect(code).toBe(0);
  });

  it('had the kills it was to have, of every process, while readers were watched', () => {
    expect(verdict).toMatchObject({ kills: KILLS, samples: expect.any(Number) });
    expect(Object.keys(verdict.byProcess as object).sort()).toEqual([
      'api',
      'connector',
      'postgres',
      'temporal',
      'worker',
    ]);
    expect(verdict.samples).toBeGreaterThan(100);
  });
});
