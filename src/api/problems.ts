import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Problem } from '../canonical/contract.js';
import {
  Conflict,
  NoDigestKey,
  SetSuperseded,
  UnknownCompany,
  UnknownDistributor,
  UnknownJob,
  UnknownSource,
  UnknownUpload,
} from '../store/errors.js';

export type Fault = NonNullable<Problem['faults']>[number];

/** A refusal as it is answered: RFC 9457, with a `code` for programs and one sentence for people. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly extras: { faults?: Fault[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
  }
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not valid',
  429: 'Too many requests',
  503: 'Not available',
};
export const MAX_FAULTS = 50;

/** Where and what, for each fault of a zod refusal; values are never repeated. */
export function faultsOf(error: z.core.$ZodError, prefix = ''): Fault[] {
  return error.issues.slice(0, MAX_FAULTS).map((issue) => ({
    path: [prefix, pathOf(issue.path)].filter((part) => part !== '').join('.'),
    message: issue.message,
  }));
}

const pathOf = (path: PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text ? '.' : ''}${String(part)}`),
    '',
  );

/** 422 with the path of each fault. */
export function invalid(what: string, faults: Fault[]): ApiProblem {
  const first = faults[0];
  const where = first ? `: ${first.path === '' ? '' : `${first.path} `}${first.message}` : '';
  return new ApiProblem(422, 'invalid', `The ${what} is not valid${where}.`, { faults });
}

/** 429, for the rate limit. */
export const tooMany = (_request: FastifyRequest, { ttl }: { ttl: number }): ApiProblem =>
  new ApiProblem(429, 'rate_limit', `Too many requests; try again in ${Math.ceil(ttl / 1000)} seconds.`);

function problemOf(error: FastifyError | Error): ApiProblem | null {
  if (error instanceof ApiProblem) return error;
  if (error instanceof Conflict) return new ApiProblem(409, error.code, error.message);
  if (error instanceof SetSuperseded) return new ApiProblem(410, 'superseded', error.message);
  if (error instanceof UnknownDistributor) return new ApiProblem(404, 'unknown_distributor', error.message);
  if (error instanceof UnknownSource) return new ApiProblem(404, 'unknown_source', error.message);
  if (error instanceof UnknownUpload) return new ApiProblem(404, 'unknown_upload', error.message);
  if (error instanceof UnknownCompany) return new ApiProblem(404, 'unknown_company', error.message);
  if (error instanceof UnknownJob) return new ApiProblem(404, 'unknown_job', error.message);
  if (error instanceof NoDigestKey) return new ApiProblem(409, 'no_credentials', error.message);
  if (hasZodFastifySchemaValidationErrors(error))
    return invalid(
      error.validationContext ?? 'request',
      error.validation.slice(0, MAX_FAULTS).map(({ instancePath, message }) => ({
        path: instancePath
          .replace(/^\//, '')
          .replace(/\/(\d+)/g, '[$1]')
          .replaceAll('/', '.'),
        message: message ?? 'not valid',
      })),
    );
  const { code, statusCode } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new ApiProblem(413, 'body_too_large', 'The body is larger than this endpoint takes.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new ApiProblem(
      415,
      'media_type',
      'The body must be sent as application/json, or as multipart/form-data where a file is uploaded.',
    );
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ApiProblem(statusCode, 'refused', 'The request is not well-formed HTTP with a JSON body.');
  return null;
}

/** Answers every error and every unknown address as `application/problem+json`. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const problem = problemOf(error);
    if (problem) {
      request.log.info({ status: problem.status, code: problem.code }, 'request refused');
      return send(reply, problem);
    }
    request.log.error({ err: error }, 'request failed');
    return send(reply, new ApiProblem(500, 'internal', 'The platform failed to answer; the request may be repeated.'));
  });
  app.setNotFoundHandler((_request: FastifyRequest, reply) =>
    send(reply, new ApiProblem(404, 'not_found', 'There is nothing at this address.')),
  );
}

function send(reply: FastifyReply, problem: ApiProblem): FastifyReply {
  const body: Problem = {
    type: 'about:blank',
    title: TITLES[problem.status] ?? 'Internal error',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...(problem.extras.faults ? { faults: problem.extras.faults } : {}),
  };
  return reply
    .code(problem.status)
    .headers(problem.extras.headers ?? {})
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(body);
}
