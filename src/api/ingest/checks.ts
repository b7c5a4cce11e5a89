import { timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import type { z } from 'zod';
import { clockFault } from '../../canonical/clock-skew.js';
import { SIGNED_HEADERS } from '../../canonical/contract.js';
import { verifySignature } from '../../canonical/signature.js';
import { distributorSubject } from '../../ops/certificates.js';
import type { IdentityVault } from '../../ops/identity-vault.js';
import { findApiKey, findCertificate } from '../../store/credentials.js';
import type { Queryable } from '../../store/database.js';
import { hashToken } from '../../store/token-hash.js';
import { ApiProblem, faultsOf, invalid } from '../problems.js';

/** Who sends, as far as the checks have found out. */
export interface Caller {
  distributorId: string;
  batchId: string;
  createdAt: string;
  hmacSecret: Buffer;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** The name of each check, in the order they are made; `ping` lists them. */
export const CHECKS = ['certificate', 'api_key', 'clock', 'signature', 'distributor', 'schema'] as const;

/** Checks that need headers only, made before the body is read. */
export async function authenticate(request: FastifyRequest, db: Queryable, vault: IdentityVault): Promise<Caller> {
  const distributorId = await checkCertificate(request, db);
  const hmacSecret = await checkApiKey(request, db, vault, distributorId);
  const batchId = headerOf(request, SIGNED_HEADERS.batchId);
  const createdAt = headerOf(request, SIGNED_HEADERS.createdAt);
  const skew = clockFault(createdAt, DateTime.utc());
  if (skew) throw new ApiProblem(401, 'clock_skew', skew);
  return { distributorId, batchId, createdAt, hmacSecret };
}

async function checkCertificate(request: FastifyRequest, db: Queryable): Promise<string> {
  const certificate = (request.raw.socket as TLSSocket).getPeerX509Certificate?.();
  if (!certificate) throw new ApiProblem(401, 'certificate_missing', 'The request came without a client certificate.');
  const holder = await findCertificate(db, certificate.fingerprint256.replaceAll(':', '').toLowerCase());
  if (!holder)
    throw new ApiProblem(403, 'certificate_unknown', 'The client certificate was not issued by this platform.');
  if (certificate.subjectAltName !== `URI:${distributorSubject(holder.distributorId).uri}`)
    throw new ApiProblem(403, 'certificate_unknown', "The client certificate's subject is not its distributor.");
  if (holder.revoked)
    throw new ApiProblem(403, 'certificate_revoked', 'The client certificate is revoked; install the newest bundle.');
  if (!holder.active)
    throw new ApiProblem(403, 'distributor_inactive', `Distributor ${holder.distributorId} is inactive.`);
  return holder.distributorId;
}

async function checkApiKey(
  request: FastifyRequest,
  db: Queryable,
  vault: IdentityVault,
  distributorId: string,
): Promise<Buffer> {
  const apiKey = headerOf(request, SIGNED_HEADERS.apiKey);
  const known = await findApiKey(db, vault, apiKey);
  if (!known || !timingSafeEqual(known.hash, hashToken(apiKey)))
    throw new ApiProblem(401, 'api_key', 'The API key is not known or was revoked.');
  if (known.distributorId !== distributorId)
    throw new ApiProblem(403, 'certificate_of_another', "The client certificate is not the API key's distributor's.");
  return known.hmacSecret;
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  if (typeof value !== 'string' || value === '' || value.length > 500)
    throw new ApiProblem(401, 'header_missing', `The header ${name} is missing or not of its expected form.`);
  return value;
}

/** The HMAC over the bytes as they came. */
export function checkSignature(request: FastifyRequest, caller: Caller, body: Buffer): void {
  const signed = { batchId: caller.batchId, createdAt: caller.createdAt, body };
  if (!verifySignature(headerOf(request, SIGNED_HEADERS.signature), signed, [caller.hmacSecret]))
    throw new ApiProblem(401, 'signature', 'The signature does not fit the body, the batch id and the time.');
}

/** JSON from bytes; text with the NUL character is refused, since PostgreSQL cannot hold it. */
export function parseJson(bytes: Buffer, what: string): unknown {
  const text = bytes.toString('utf8');
  if (text.includes('\\u0000')) throw invalid(what, [{ path: '', message: 'must not hold the character U+0000' }]);
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(what, [{ path: '', message: 'is not JSON' }]);
  }
}

/** A body may only speak for the distributor whose certificate brought it. */
export function checkDistributor(body: unknown, caller: Caller): void {
  const named = (body as { distributor_id?: unknown } | null)?.distributor_id;
  if (typeof named === 'string' && named !== caller.distributorId)
    throw new ApiProblem(403, 'other_distributor', "The body speaks for another distributor than the certificate's.");
}

/** @throws ApiProblem 422 with the path of each fault. */
export function checkSchema<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (!success) throw invalid(what, faultsOf(error));
  return data;
}
