import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { ConnectorAlone } from './connector-alone.js';
import { PATIENCE_MS, parameters } from './parameters.js';
import { play } from './play.js';
import { steps } from './steps.js';

const today = DateTime.now().setZone('Asia/Kolkata');

describe('whatever is done in Tally, and whatever is restored,', () => {
  let alone: ConnectorAlone;
  beforeAll(async () => {
    alone = await ConnectorAlone.start(11);
  });
  afterAll(() => alone.close());

  it(
    'what the connector last told the platform is what the books are',
    async () => {
      const stories = steps((days) => today.plus({ days }).toISODate()!, {
        longest: 25,
        troubles: ['the connector is killed'],
      });
      await fc.assert(
        fc.asyncProperty(stories, (story) => play(alone, story)),
        parameters(25),
      );
    },
    PATIENCE_MS,
  );
});
