import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ApiProblem } from '../../problems.js';

/** What stands around a file in a request. */
const ENVELOPE_BYTES = 64 * 1024;

/**
 * The file of a multipart request, while it comes: never held. Whatever was made of it counts only once this has come to its end, since
 * only then it is known to be the only one and whole.
 *
 * @throws ApiProblem
 */
export async function* theOneFile(
  request: FastifyRequest,
  maxBytes: number,
): AsyncGenerator<{ name: string; content: AsyncIterable<Uint8Array> }> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes + ENVELOPE_BYTES) throw tooLarge(maxBytes);
  let seen = 0;
  try {
    const limits = { files: 1, fields: 0, parts: 1, fileSize: maxBytes };
    for await (const part of request.parts({ limits })) {
      if (part.type !== 'file') throw ONE_FILE();
      seen += 1;
      yield { name: part.filename ?? '', content: whole(part.file, maxBytes) };
    }
  } catch (error) {
    throw problemOf(error);
  }
  if (seen !== 1) throw ONE_FILE();
}

async function* whole(file: MultipartFile['file'], maxBytes: number): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of file) yield chunk as Uint8Array;
  } catch (error) {
    throw problemOf(error);
  }
  if (file.truncated) throw tooLarge(maxBytes);
}

const tooLarge = (maxBytes: number): ApiProblem =>
  new ApiProblem(
    413,
    'file_too_large',
    `The file is larger than ${Math.round(maxBytes / 1024 ** 2)} MiB: expected smaller ones, such as one for each financial year, or the file packed as .gz.`,
  );
const ONE_FILE = (): ApiProblem =>
  new ApiProblem(422, 'one_file', 'The request does not hold just one file: expected one part with a file name.');

function problemOf(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (/^FST_(FILES|FIELDS|PARTS)_LIMIT$/.test(code ?? '')) return ONE_FILE();
  if (code === 'FST_INVALID_MULTIPART_CONTENT_TYPE')
    return new ApiProblem(415, 'media_type', 'A file must be sent as multipart/form-data.');
  if (code === 'FST_MP_PREMATURE_CLOSE' || /multipart|terminated early|Boundary/i.test(message ?? ''))
    return new ApiProblem(400, 'cut_short', 'The request ended before the file did; nothing of it was kept.');
  return error;
}
