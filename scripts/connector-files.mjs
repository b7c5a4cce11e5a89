// node scripts/connector-files.mjs FOLDER [PROGRAM]: puts into FOLDER what a program for the premises reaches in dist/ (by default the connector's), and nothing else,
// with a package.json that names only the packages these files use. The image for the premises is made of that.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reachedFiles } from './reached-files.mjs';
import { root } from './run.mjs';

const [folder, program = 'dist/client/connector.js'] = process.argv.slice(2);
if (!folder) {
  process.stderr.write('usage: node scripts/connector-files.mjs FOLDER [PROGRAM]\n');
  process.exit(2);
}
const { files, packages } = await reachedFiles(program);
for (const file of files) {
  for (const part of [file, `${file}.map`]) cpSync(join(root, part), join(folder, part));
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { name, version, license, type, engines, overrides } = manifest;
const dependencies = Object.fromEntries(Object.entries(manifest.dependencies).filter(([each]) => packages.has(each)));
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'package.json'),
  `${JSON.stringify({ name, version, license, private: true, type, engines, overrides, dependencies }, null, 2)}\n`,
);
process.stderr.write(`${program}: ${files.length} files, ${Object.keys(dependencies).length} packages\n`);
