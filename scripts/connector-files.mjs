// node scripts/connector-files.mjs FOLDER [PROGRAM]: puts into FOLDER what a program for the premises reaches in dist/ (by default the connector's), and nothing else,
// with a package.json that names only the packages these files use. The image for the premises is made of that.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { root } from './run.mjs';

const [folder, program = 'dist/client/connector.js'] = process.argv.slice(2);
if (!folder) {
  process.stderr.write('usage: node scripts/connector-files.mjs FOLDER [PROGRAM]\n');
  process.exit(2);
}
const { output } = await cruise([program], { baseDir: root, doNotFollow: { path: 'node_modules' } });
const files = output.modules.map(({ source }) => source).filter((source) => source.startsWith('dist/'));
for (const file of files) {
  for (const part of [file, `${file}.map`]) cpSync(join(root, part), join(folder, part));
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const used = new Set(
  output.modules.flatMap(({ dependencies }) => dependencies.map(({ module }) => packageName(module))),
);
const { name, version, license, type, engines, overrides } = manifest;
const dependencies = Object.fromEntries(Object.entries(manifest.dependencies).filter(([each]) => used.has(each)));
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'package.json'),
  `${JSON.stringify({ name, version, license, private: true, type, engines, overrides, dependencies }, null, 2)}\n`,
);
process.stderr.write(`${program}: ${files.length} files, ${Object.keys(dependencies).length} packages\n`);

/** `luxon/x` and `@scope/name/x` come from the packages `luxon` and `@scope/name`. */
function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
