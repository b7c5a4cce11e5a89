/** As Tally tells names apart: case, blanks and hyphens do not count. */
export const comparable = (name: string): string => name.toLowerCase().replace(/[\s-]+/gu, '');

/** Masters by their comparable names. */
export const byName = <T extends { name: string }>(masters: readonly T[]): Map<string, T> =>
  new Map(masters.map((master) => [comparable(master.name), master]));
