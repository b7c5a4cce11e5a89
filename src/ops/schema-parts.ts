import { z } from 'zod';

/** One sentence a fault: a missing key says so, a wrong one says what was expected. Values are never repeated. */
export const expected = (what: string) => ({
  error: (issue: { input?: unknown }) => `${issue.input === undefined ? 'is missing; ' : ''}expected ${what}`,
});
export const text = (what: string) => z.string(expected(what)).trim().min(1, expected(what)).max(500, expected(what));
export const path = (what: string) => text(`the path of a file with ${what}`);
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, expected(values.join(' or ')));
export const whole = (least: number, most: number, what: string) =>
  z.number(expected(what)).int(expected(what)).min(least, expected(what)).max(most, expected(what));
export const section = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, { error: sectionError });
export const sectionError = (issue: { code?: string; input?: unknown }): string | undefined =>
  issue.code === 'invalid_type'
    ? `${issue.input === undefined || issue.input === null ? 'is missing; ' : ''}expected a section of keys`
    : undefined;

const HOST = 'a host name or address, without http:// and port';
export const hostName = () => text(HOST).regex(/^[A-Za-z0-9._:-]+$/, expected(HOST));
export const port = () => whole(1, 65_535, 'a port from 1 to 65535');
