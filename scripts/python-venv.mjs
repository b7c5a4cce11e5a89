// Installs pinned packages from PyPI into a virtual environment of their own in .tools/.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** Python, its venv module or a package is missing; one sentence, and what pip said. */
export class PythonMissing extends Error {
  name = 'PythonMissing';
}

/**
 * Makes the folder with the packages in it; it is there only when all of them are. Hold a lock.
 * @param {string} folder
 * @param {string[]} packages such as `name==1.2.3`
 * @throws {PythonMissing}
 */
export async function installPython(folder, packages) {
  const python = await findPython();
  const next = `${folder}.next`;
  rmSync(next, { recursive: true, force: true });
  orThrow(
    await run(python, ['-m', 'venv', next], { output: 'keep' }),
    'Python cannot make a virtual environment: install its venv module (Debian and Ubuntu: apt install python3-venv)',
  );
  orThrow(
    await run(
      join(next, 'bin/python'),
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages],
      { output: 'keep' },
    ),
    `${packages.join(', ')} could not be installed from PyPI: see that pip reaches its index`,
  );
  rmSync(folder, { recursive: true, force: true });
  // Its Python and programs that are no scripts mind no move; the folder's name thus says that the installation was finished.
  renameSync(next, folder);
}

/** The Python in such a folder, null when it was not made yet. */
export function pythonIn(folder) {
  const python = join(folder, 'bin/python');
  return existsSync(python) ? python : null;
}

async function findPython() {
  for (const python of ['python3', 'python']) {
    const { code, output } = await run(python, ['-c', 'import sys; print(sys.version_info[0])'], { output: 'keep' });
    if (code === 0 && output.trim() === '3') return python;
  }
  throw new PythonMissing(
    'There is no Python 3: install python3 with its venv module (Debian and Ubuntu: apt install python3 python3-venv)',
  );
}

function orThrow({ code, output }, sentence) {
  if (code !== 0) throw new PythonMissing(`${sentence}.\n${output.trim()}`);
}
