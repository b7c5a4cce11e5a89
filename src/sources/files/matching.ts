import picomatch from 'picomatch';

/** The files of one kind: `tally/vouchers/**`, `*.csv`. Upper and lower case are the same. */
export interface StreamPattern {
  stream: string;
  /** A glob over the whole path from the root: `*` within a folder, `**` across folders, `{xml,zip}` either. */
  pattern: string;
}

/** Which stream a path belongs to: the first whose pattern matches; null when none does. */
export function streamMatcher(patterns: readonly StreamPattern[]): (path: string) => string | null {
  const streams = patterns.map(({ stream, pattern }) => ({
    stream,
    // A file with a dot before its name belongs to its stream too: it is waited for, not unknown.
    matches: picomatch(composed(pattern), { nocase: true, dot: true, nonegate: true, noextglob: true, windows: false }),
  }));
  return (path) => streams.find(({ matches }) => matches(composed(path)))?.stream ?? null;
}

/** Apple's systems write é as e and an accent. */
const composed = (text: string): string => text.normalize('NFC');
