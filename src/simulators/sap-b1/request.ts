import type { Target } from './faults.js';
import { TARGETS } from './faults.js';

export type Version = 'v1' | 'v2';

/** What is asked, as far as the path and the query say it. */
export interface SapRequest {
  version: Version;
  target: Target;
  /** `Invoices(12)`: the key as it is written. */
  key: string | null;
  /** `Invoices/$count` */
  countOnly: boolean;
  options: Map<string, string>;
}

const PATH = /^\/b1s\/(v1|v2)\/([$\w]+)(?:\((.+)\))?(\/\$count)?$/;

/** Null for a path outside the service; paths are case-sensitive. */
export function parseRequest(url: string): SapRequest | null {
  const [path = '', ...query] = url.split('?');
  if (/^\/ping\/(load-balancer|node\/\d+)?$/.test(path) || path === '/ping')
    return { version: 'v1', target: 'ping', key: null, countOnly: false, options: new Map() };
  const match = PATH.exec(decode(path));
  if (!match) return null;
  const [, version, name, key, count] = match;
  return {
    version: version as Version,
    target: (TARGETS as readonly string[]).includes(name!) && name !== 'ping' ? (name as Target) : 'unknown',
    key: key ?? null,
    countOnly: count !== undefined,
    options: new Map(
      query
        .join('?')
        .split('&')
        .filter(Boolean)
        .map((pair) => {
          const at = pair.indexOf('=');
          return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
        }),
    ),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
