import { DateTime, Duration } from 'luxon';
import { Problem } from '../canonical/contract.js';
import {
  CredentialsRefused,
  type DeliveryError,
  KnownChanged,
  PlatformUnavailable,
  RateLimited,
  RequestRefused,
  SetSuperseded,
} from './errors.js';

const DEFAULT_RETRY_AFTER_MS = Duration.fromObject({ minutes: 1 }).toMillis();
const MAX_SENTENCE = 500;

/** The error for an answer other than 2xx. */
export function errorOfAnswer(
  endpoint: string,
  status: number,
  retryAfter: string | string[] | undefined,
  body: string,
): DeliveryError {
  const problem = problemOf(body);
  const code = problem?.code ?? `http_${status}`;
  const sentence = (problem?.detail || problem?.title || 'It gave no reason.').slice(0, MAX_SENTENCE);
  const message = `The platform answered ${endpoint} with ${status} ${code}: ${sentence}`;
  if (status === 429) return new RateLimited(message, retryAfterMs(retryAfter));
  if (status === 401 || status === 403) return new CredentialsRefused(message, status, code);
  if (status === 410) return new SetSuperseded(message);
  if (status === 409 && code === 'changed') return new KnownChanged(message);
  if (status >= 500 || status === 408) return new PlatformUnavailable(message);
  return new RequestRefused(message, status, code, problem?.faults ?? []);
}

function problemOf(body: string): Problem | null {
  try {
    return Problem.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}

/** Retry-After is seconds or an HTTP date (RFC 9110); a minute where it is neither. */
function retryAfterMs(header: string | string[] | undefined): number {
  const text = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Duration.fromObject({ seconds: Number(text) }).toMillis();
  const until = DateTime.fromHTTP(text);
  return until.isValid ? Math.max(0, Math.ceil(until.diffNow().toMillis())) : DEFAULT_RETRY_AFTER_MS;
}
