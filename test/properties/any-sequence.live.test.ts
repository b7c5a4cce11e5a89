import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { PATIENCE_MS, parameters } from './parameters.js';
import { play } from './play.js';
import { steps, TROUBLES } from './steps.js';
import { WholeProduct } from './whole-product.js';

const today = DateTime.now().setZone('Asia/Kolkata');

describe('whatever is done in Tally, and whatever breaks or is restored,', () => {
  let product: WholeProduct;
  beforeAll(async () => {
    product = await WholeProduct.start(11);
  }, PATIENCE_MS);
  afterAll(() => product?.close());

  it(
    'Bronze is what the books are once faults have ceased and a sync has succeeded',
    async () => {
      const stories = steps((days) => today.plus({ days }).toISODate()!, {
        longest: 14,
        troubles: TROUBLES,
      });
      await fc.assert(
        fc.asyncProperty(stories, (story) => play(product, story)),
        parameters(8),
      );
    },
    PATIENCE_MS,
  );
});
