import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rules = join(root, '.dependency-cruiser.cjs');
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Cruise {
  summary: { violations: Array<{ rule: { name: string }; from: string; to: string }>; totalCruised: number };
}

describe('the rule on the direction of imports', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rooms-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Writes a small product whose files are `{path: code}` and names the rules it breaks, each once. */
  async function broken(files: Record<string, string>): Promise<string[]> {
    const all = { 'package.json': '{"dependencies": {}}', 'src/ops/empty.ts': '', 'dist/ops/empty.js': '', ...files };
    for (const [path, code] of Object.entries(all)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), code);
    }
    const args = [cruiser, '--config', rules, '--output-type', 'json', 'src', 'dist'];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const { summary } = JSON.parse(stdout) as Cruise;
    expect(summary.totalCruised).toBeGreaterThan(1);
    return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
  }

  it('lets through what points downwards', async () => {
    const fine = await broken({
      'dist/workflows/sync.js':
        "import '../canonical/money.js'; import '../activities/connector/tasks.js'; import './state.js';",
      'dist/workflows/state.js': '',
      'dist/activities/connector/tasks.js': "import '../../canonical/money.js';",
      'dist/sources/tally/reader.js': "import '../../ops/logging.js';",
      'dist/ops/logging.js': "import '../canonical/money.js';",
      'dist/canonical/money.js': '',
      'src/simulators/tally/main.ts': "import type { Book } from './book.js';",
      'src/simulators/tally/book.ts': 'export interface Book {}',
    });
    expect(fine).toEqual([]);
  });

  it('refuses, room by room, what points upwards or aside', async () => {
    const upwards = {
      workflows: 'activities/platform/publish.js',
      activities: 'api/server.js',
      workers: 'api/server.js',
      client: 'simulators/tally.js',
      sources: 'delivery/batch.js',
      delivery: 'sources/tally.js',
      bridge: 'delivery/batch.js',
      commerce: 'api/server.js',
      api: 'workers/platform.js',
      store: 'api/server.js',
      ops: 'store/database.js',
      canonical: 'ops/logging.js',
      simulators: 'canonical/money.js',
    };
    const files = Object.entries(upwards).flatMap(([room, used]) => [
      [`dist/${room}/file.js`, `import '../${used}';`],
      [`dist/${used}`, ''],
    ]);
    expect(await broken(Object.fromEntries(files))).toEqual(
      expect.arrayContaining(Object.keys(upwards).map((room) => `${room}-uses-only-rooms-below`)),
    );
  });

  it('refuses a new room that uses others before the rules name it', async () => {
    const names = await broken({
      'dist/reports/daily.js': "import './table.js'; import '../store/database.js';",
      'dist/reports/table.js': '',
      'dist/store/database.js': '',
    });
    expect(names).toEqual(['unnamed-rooms-use-nothing']);
  });

  it('refuses a connector that reaches the store, over however many files', async () => {
    const names = await broken({
      'dist/client/connector.js': "import '../workers/connector.js';",
      'dist/workers/connector.js': "import '../ops/settings.js';",
      'dist/ops/settings.js': "import '../store/database.js';",
      'dist/store/database.js': '',
    });
    expect(names).toContain('premises-hold-nothing-of-the-centre');
  });

  it("refuses a connector that reaches the platform's secrets, although both are in ops", async () => {
    const names = await broken({
      'dist/delivery/batch.js': "import '../ops/central-secrets.js';",
      'dist/ops/central-secrets.js': '',
    });
    expect(names).toEqual(['premises-hold-nothing-of-the-centre']);
  });

  it('refuses that a simulator, or canonical, borrows so much as a type', async () => {
    const names = await broken({
      'src/simulators/tally/main.ts': "import type { Draft } from '../../canonical/drafts.js';",
      'src/canonical/drafts.ts': "import { type Level } from '../ops/logging.js';\nexport type Draft = Level;",
      'src/ops/logging.ts': 'export type Level = string;',
    });
    expect(names).toEqual(['canonical-knows-nobody', 'simulators-know-nobody']);
  });

  it('refuses circles of files', async () => {
    const names = await broken({
      'dist/store/a.js': "import './b.js';",
      'dist/store/b.js': "import './c.js';",
      'dist/store/c.js': "import './a.js';",
    });
    expect(names).toEqual(['no-circles']);
  });

  it('refuses packages that package.json does not declare for the product', async () => {
    const installed = {
      'node_modules/left-over/package.json': '{"name": "left-over", "main": "index.js"}',
      'node_modules/left-over/index.js': '',
      'node_modules/judge/package.json': '{"name": "judge", "main": "index.js"}',
      'node_modules/judge/index.js': '',
      'node_modules/proper/package.json': '{"name": "proper", "main": "index.js"}',
      'node_modules/proper/index.js': '',
      'package.json': '{"dependencies": {"proper": "1"}, "devDependencies": {"judge": "1"}}',
    };
    expect(await broken({ ...installed, 'src/store/a.ts': "import 'proper'; import 'node:fs';" })).toEqual([]);
    for (const name of ['left-over', 'judge', 'never-installed']) {
      expect(await broken({ ...installed, 'src/store/a.ts': `import '${name}';` })).toEqual(['no-undeclared-packages']);
    }
  });
});
