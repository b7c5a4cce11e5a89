import { z } from 'zod';

/** One answer of the Service Layer, or of the balancer before it. */
export interface Answer {
  status: number;
  /** `name=value` of every Set-Cookie, as they came. */
  cookies: string[];
  text: string;
}

/**
 * The Service Layer's own error: v1 writes a number and an object, v2 two strings, and some releases mix them. The
 * message is for recognising only; it may repeat what stands in the books.
 */
const ErrorBody = z.object({
  error: z.object({
    code: z.union([z.number(), z.string()]).transform(Number),
    message: z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]).catch(''),
  }),
});

export interface ServiceError {
  /** NaN where the code is no number. */
  code: number;
  message: string;
}

/** Null for anything that is no error of the Service Layer: a balancer's HTML, an empty body. */
export function serviceErrorOf({ status, text }: Answer): ServiceError | null {
  if (status < 400) return null;
  const body = ErrorBody.safeParse(parseJson(text));
  return body.success ? body.data.error : null;
}

/** Undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const CODES = {
  sessionOver: 301,
  switchCompany: 305,
  loginRefused: -304,
  notFound: -2028,
  notPermitted: -5006,
} as const;

/** `Switch company error: -1102` passes; `-5027` is a company database that is not there. */
export const switchError = (error: ServiceError | null): number | null => {
  const match = /Switch company error:\s*(-?\d+)/i.exec(error?.message ?? '');
  return match ? Number(match[1]) : null;
};
export const NO_SUCH_COMPANY = -5027;

/** 401 for a session that ended, by its time or by its node; a refused login is 401 too, and something else. */
export const isSessionOver = (answer: Answer): boolean =>
  (answer.status === 401 || serviceErrorOf(answer)?.code === CODES.sessionOver) && !isLoginRefused(answer);
export const isLoginRefused = (answer: Answer): boolean => serviceErrorOf(answer)?.code === CODES.loginRefused;
