import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/ops/logging.js';

function logging() {
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
  return { logger, lines };
}

describe('the log', () => {
  it('is one JSON object a line, with an ISO time', () => {
    const { logger, lines } = logging();
    logger.info({ sync: 'syn_1', accepted: 3 }, 'batch staged');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      name: 'test',
      msg: 'batch staged',
      sync: 'syn_1',
      accepted: 3,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('strikes identity and secrets out, at the top and below', () => {
    const { logger, lines } = logging();
    logger.warn({
      retailer_gst: 'CANARY',
      record: { retailer_name: 'CANARY', retailer_phone: 'CANARY' },
      a: { b: { gstin: 'CANARY' } },
      payload: 'CANARY',
      hmacSecret: 'CANARY',
      headers: { authorization: 'CANARY' },
    });
    expect(lines[0]).not.toContain('CANARY');
    expect(lines[0]).toContain('[redacted]');
  });

  it('tells of a request only who asked for what, without query or one-time token', () => {
    const { logger, lines } = logging();
    logger.info({
      req: {
        id: 'r1',
        method: 'GET',
        url: '/v1/bundles/CANARYtoken?x=CANARY',
        headers: { a: 'CANARY' },
        body: 'CANARY',
      },
    });
    expect(lines[0]).not.toContain('CANARY');
    expect(JSON.parse(lines[0]!).req).toEqual({ id: 'r1', method: 'GET', path: '/v1/bundles/…' });
  });

  it('tells of an error without what a driver hangs on it', () => {
    const { logger, lines } = logging();
    const error = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (gst)=(CANARY) already exists.',
      where: 'CANARY',
    });
    logger.error({ err: error });
    expect(lines[0]).not.toContain('CANARY');
    expect(JSON.parse(lines[0]!).err).toMatchObject({ type: 'Error', message: 'duplicate key', code: '23505' });
  });
});
