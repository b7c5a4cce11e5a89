import { timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { bridgeSubject } from '../../ops/certificates.js';
import { findBridgeApiKey, findBridgeCertificate } from '../../store/bridge-companies.js';
import type { Queryable } from '../../store/database.js';
import { hashToken } from '../../store/token-hash.js';
import { ApiProblem } from '../problems.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose bridge asks. */
    companyId: string;
  }
}

/** Certificate and API key must both be the same company's. Nothing is signed: no line of another process is in between. */
export async function authenticateBridge(request: FastifyRequest, db: Queryable): Promise<string> {
  const certificate = (request.raw.socket as TLSSocket).getPeerX509Certificate?.();
  if (!certificate) throw new ApiProblem(401, 'certificate_missing', 'The request came without a client certificate.');
  const holder = await findBridgeCertificate(db, certificate.fingerprint256.replaceAll(':', '').toLowerCase());
  if (!holder)
    throw new ApiProblem(403, 'certificate_unknown', "The client certificate is no bridge's of this platform.");
  if (certificate.subjectAltName !== `URI:${bridgeSubject(holder.companyId).uri}`)
    throw new ApiProblem(403, 'certificate_unknown', "The client certificate's subject is not its company.");
  if (holder.revoked)
    throw new ApiProblem(403, 'certificate_revoked', 'The client certificate is revoked; install the newest one.');
  const apiKey = request.headers['x-api-key'];
  if (typeof apiKey !== 'string' || apiKey === '' || apiKey.length > 500)
    throw new ApiProblem(401, 'header_missing', 'The header x-api-key is missing or not of its expected form.');
  const known = await findBridgeApiKey(db, apiKey);
  if (!known || !timingSafeEqual(known.hash, hashToken(apiKey)))
    throw new ApiProblem(401, 'api_key', 'The API key is not known or was revoked.');
  if (known.companyId !== holder.companyId)
    throw new ApiProblem(403, 'certificate_of_another', "The client certificate is not the API key's company's.");
  return holder.companyId;
}
