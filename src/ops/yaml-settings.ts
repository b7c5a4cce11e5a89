import { readFile } from 'node:fs/promises';
import { type Document, parseDocument } from 'yaml';
import type { z } from 'zod';
import { SettingsInvalid } from './connector-errors.js';

/** How a program on the premises reads its YAML: every fault at once, no value repeated, no secret accepted. */

/** @throws SettingsInvalid */
export async function readYaml(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new SettingsInvalid(file, [
      `cannot be read (${(error as NodeJS.ErrnoException).code}); expected a YAML file.`,
    ]);
  }
}

/**
 * What a YAML's text says, by its schema; `file` is only named.
 *
 * @throws SettingsInvalid with every fault found
 */
export function parseYaml<Settings>(schema: z.ZodType<Settings>, text: string, file: string): Settings {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ code, linePos }) => `line ${linePos?.[0].line ?? 1}: is not YAML (${code}).`);
    throw new SettingsInvalid(file, faults);
  }
  const content = withoutAliases(document, file);
  const inline = inlineSecrets(content);
  const settings = schema.safeParse(content);
  if (inline.size === 0 && settings.success) return settings.data;
  const others = (settings.error?.issues ?? []).flatMap(faultsOf).filter(({ where }) => !inline.has(where));
  throw new SettingsInvalid(file, [
    ...inline.values(),
    ...others.map(({ where, sentence }) => `${where || 'the file'} ${sentence}.`),
  ]);
}

function withoutAliases(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new SettingsInvalid(file, ['has too many aliases; expected a plain YAML file.']);
  }
}

const SECRET_KEYS = /^(api_?key|.*secret|.*password|passphrase|.*token|key|cert|certificate|private_key|digest_key)$/i;

/** Secrets that stand in the file itself, by the path where they stand; the sentence repeats nothing of them. */
function inlineSecrets(content: unknown, where: string[] = []): Map<string, string> {
  const found = new Map<string, string>();
  if (typeof content === 'string' && content.includes('-----BEGIN')) {
    const name = where.join('.');
    found.set(name, `${name} holds a certificate or key itself; expected the path of a file, never inline.`);
  }
  if (typeof content !== 'object' || content === null) return found;
  for (const [key, value] of Object.entries(content)) {
    const path = [...where, key];
    const name = path.join('.');
    if (SECRET_KEYS.test(key)) {
      found.set(name, `${name} holds a secret itself; expected ${name}_path with the path of a file, never inline.`);
    } else {
      for (const [deeper, sentence] of inlineSecrets(value, path)) found.set(deeper, sentence);
    }
  }
  return found;
}

function faultsOf(issue: z.core.$ZodIssue): Array<{ where: string; sentence: string }> {
  const where = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      where: where ? `${where}.${key}` : key,
      sentence: 'is not a known key; expected one of those in the operator’s handbook',
    }));
  }
  if (issue.code === 'invalid_union') {
    // The branch that came furthest says best what is wrong inside it.
    const inner = issue.errors.flat().filter((error) => error.path.length > 0 || error.code === 'unrecognized_keys');
    if (inner.length > 0) return inner.flatMap((error) => faultsOf({ ...error, path: [...issue.path, ...error.path] }));
  }
  return [{ where, sentence: issue.message }];
}
