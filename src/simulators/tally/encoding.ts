/** How requests are read and answers written. Tally mirrors the request: its charset decides the answer's. */
export type Encoding = 'utf-16le' | 'utf-8' | 'ascii' | 'windows-1252';

/** Encoding of the answer, from the request's Content-Type. Without a charset all but ASCII becomes `?`. */
export function answerEncoding(contentType: string | undefined, forced: 'windows-1252' | undefined): Encoding {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? '';
  if (charset.startsWith('utf-16') || charset === 'unicode') return 'utf-16le';
  if (forced) return forced;
  return charset === 'utf-8' || charset === 'utf8' ? 'utf-8' : 'ascii';
}

/** Null when the body is UTF-16 and the header does not say so: Tally cannot read that. */
export function decodeRequest(body: Buffer, encoding: Encoding): string | null {
  if (encoding === 'utf-16le') return body.toString('utf16le').replace(/^\ufeff/, '');
  if (body.includes(0)) return null;
  return body.toString('utf8').replace(/^\ufeff/, '');
}

const CP1252: Record<string, string> = {
  '€': '\x80',
  '‘': '\x91',
  '’': '\x92',
  '“': '\x93',
  '”': '\x94',
  '–': '\x96',
  '—': '\x97',
};

export function encode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'ascii':
      return Buffer.from(text.replace(/[\u0080-\uffff]/g, '?'), 'latin1');
    case 'windows-1252':
      return Buffer.from(
        text.replace(/[\u0080-\u009f\u0100-\uffff]/g, (char) => CP1252[char] ?? '?'),
        'latin1',
      );
  }
}

export const contentTypeOf = (encoding: Encoding): string =>
  encoding === 'utf-16le' ? 'text/xml; charset=utf-16' : encoding === 'utf-8' ? 'text/xml; charset=utf-8' : 'text/xml';
