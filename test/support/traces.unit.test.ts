import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { tracesOf } from './traces.js';

const CANARY = '27ZZZZZ9999Z1Z9';
const around = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from('some log {"x":"'), bytes, Buffer.from('"}\n')]);

describe('the search for personal data', () => {
  it.each([
    ['plain', Buffer.from(CANARY)],
    ['UTF-16LE', Buffer.from(CANARY, 'utf16le')],
    ['UTF-16BE', Buffer.from(CANARY, 'utf16le').swap16()],
    ['base64', Buffer.from(Buffer.from(`ab${CANARY}cd`).toString('base64'))],
    [
      'encoded plain',
      Buffer.from(Buffer.from(JSON.stringify({ retailer: { gst: CANARY, and: 'other things' } })).toString('base64')),
    ],
    ['encoded plain', gzipSync(`{"retailer_gst":"${CANARY}"}`)],
    [
      'encoded encoded plain',
      Buffer.from(gzipSync(`{"retailer_gst":"${CANARY}", "more": "text to make it longer"}`).toString('base64')),
    ],
    ['sha256 hex', Buffer.from(createHash('sha256').update(CANARY).digest('hex'))],
    ['encoded plain', Buffer.from(`\\x${Buffer.from(`row with ${CANARY}`).toString('hex')}`)],
  ])('finds it %s', (name, bytes) => {
    expect(tracesOf(CANARY, around(bytes))).toContain(name);
  });

  it('finds nothing where there is nothing', () => {
    expect(tracesOf(CANARY, around(Buffer.from('27AAAAA0000A1Z5')))).toEqual([]);
  });
});
