import { z } from 'zod';
import type { ApiVersion } from './session.js';

/** What is asked of an entity: words of the Service Layer's query, each side of a filter already a literal. */
export interface Query {
  select: readonly string[];
  filter?: string;
  orderBy?: string;
  top?: number;
  /** Also say how many there are, pages aside. */
  count?: boolean;
}

/** Releases of v2 differ in which form of a date they take; all of v1 take a quoted one. */
export const DATE_FORMS = { v1: ['quoted'], v2: ['quoted', 'bare', 'utc'] } as const;
export type DateForm = (typeof DATE_FORMS)['v2'][number];

/** How the dialects of the Service Layer differ, in one place. */
export class Dialect {
  constructor(
    readonly version: ApiVersion,
    readonly dates: DateForm,
  ) {}

  /** Path and query below the base, such as `Invoices?$select=DocEntry`. */
  target(entity: string, { select, filter, orderBy, top, count }: Query): string {
    const parts = [
      ['$select', select.join(',')],
      ['$filter', filter],
      ['$orderby', orderBy],
      ['$top', top],
      this.version === 'v1' ? ['$inlinecount', count && 'allpages'] : ['$count', count && 'true'],
    ] as const;
    const query = parts
      .filter(([, value]) => value !== undefined && value !== false)
      .map(([name, value]) => `${name}=${encodeURIComponent(String(value)).replaceAll('%2C', ',')}`);
    return `${entity}?${query.join('&')}`;
  }

  /** An ISO day. */
  day(isoDate: string): string {
    switch (this.dates) {
      case 'quoted':
        return `'${isoDate}'`;
      case 'bare':
        return isoDate;
      case 'utc':
        return `${isoDate}T00:00:00Z`;
    }
  }
}

/** A quote inside a text is written twice. */
export const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const anyOf = (field: string, literals: readonly string[]): string =>
  literals.map((literal) => `${field} eq ${literal}`).join(' or ');
export const allOf = (...conditions: (string | null | undefined)[]): string =>
  conditions
    .filter((condition) => condition)
    .map((condition) => `(${condition})`)
    .join(' and ');

const Count = z.union([z.number().int(), z.string().regex(/^\d+$/).transform(Number)]).optional();
const Link = z.string().optional();
/** A page of an entity set; v1 and v2 name link and count differently, and a count may be text. */
export const Page = z
  .object({
    value: z.array(z.unknown()),
    'odata.nextLink': Link,
    '@odata.nextLink': Link,
    'odata.count': Count,
    '@odata.count': Count,
  })
  .transform((page) => ({
    rows: page.value,
    hasMore: (page['odata.nextLink'] ?? page['@odata.nextLink']) !== undefined,
    count: page['odata.count'] ?? page['@odata.count'] ?? null,
  }));
export type Page = z.infer<typeof Page>;
