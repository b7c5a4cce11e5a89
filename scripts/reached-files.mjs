import { cruise } from 'dependency-cruiser';
import { root } from './run.mjs';

/** Files of dist/ that a program in it reaches over however many others, itself among them, and the packages they name. */
export async function reachedFiles(program) {
  const { output } = await cruise([program], { baseDir: root, doNotFollow: { path: 'node_modules' } });
  const files = output.modules.map(({ source }) => source).filter((source) => source.startsWith('dist/'));
  const named = output.modules.flatMap(({ dependencies }) => dependencies.map(({ module }) => packageName(module)));
  return { files, packages: new Set(named) };
}

/** `luxon/x` and `@scope/name/x` come from the packages `luxon` and `@scope/name`. */
function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
