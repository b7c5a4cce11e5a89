import type { Version } from './request.js';

/** An answer that is an error of SAP's own, which the two versions word differently. */
export class SapError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export const invalidSession = (): SapError => new SapError(401, 301, 'Invalid session or session already timeout.');
export const loginRefused = (): SapError =>
  new SapError(401, -304, 'Fail to get DB Credentials from SLD: invalid user name or password, or the user is locked');
export const unknownProperty = (name: string, type: string): SapError =>
  new SapError(400, -1000, `Property '${name}' of '${type}' is invalid`);
export const badQuery = (why: string): SapError => new SapError(400, -1000, `Query string error, ${why}`);
export const unrecognized = (): SapError => new SapError(400, 200, 'Unrecognized resource path.');
export const notPermitted = (): SapError =>
  new SapError(403, -5006, 'The logged-on user does not have permission to use this object');
export const noMatch = (): SapError => new SapError(404, -2028, 'No matching records found (ODBC -2028)');

export const errorBody = ({ code, message }: SapError, version: Version): string =>
  version === 'v1'
    ? JSON.stringify({ error: { code, message: { lang: 'en-us', value: message } } })
    : JSON.stringify({ error: { code: String(code), message } });
