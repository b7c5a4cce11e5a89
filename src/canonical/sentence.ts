import type { z } from 'zod';

/** The faults of a zod refusal in one sentence: what is wrong, where, what was expected. */
export function sentenceOf(error: z.ZodError, what: string): string {
  const faults = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  return `${what} is not valid: ${faults.join('; ')}.`;
}
