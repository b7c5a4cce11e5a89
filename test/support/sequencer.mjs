import Sequencer from '@jest/test-sequencer';

/** Tests of the whole product, the longest there are: begun last, they would run on alone. */
const WHOLE_PRODUCT = ['/test/chaos/', '/test/e2e/', '/test/properties/'];

const rank = ({ path }) => {
  const place = WHOLE_PRODUCT.findIndex((folder) => path.includes(folder));
  return place < 0 ? WHOLE_PRODUCT.length : place;
};

/** Long ones first; otherwise as Jest has them. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
