import { describe, expect, it } from '@jest/globals';
import { Random } from '../../src/simulators/random.js';
import { MOST_MISSES, Turns } from './turns.js';

const PHASES = ['extract', 'normalise', 'publish'] as const;
const turns = () => new Turns<(typeof PHASES)[number]>(new Random(31), PHASES);

describe('the turns in which phases are killed in', () => {
  it('give each phase its kill before one has a second', () => {
    const given = turns();
    const met = Array.from({ length: 6 }, () => {
      const [phase] = given.wanted(false);
      given.met(phase!);
      return phase!;
    });
    expect(met.slice(0, 3).sort()).toEqual([...PHASES]);
    expect(met.slice(3).sort()).toEqual([...PHASES]);
  });

  it('are kept by a phase that was missed, also when another one was met meanwhile', () => {
    const given = turns();
    const [first] = given.wanted(false);
    given.missed();
    expect(given.wanted(false)).toEqual([first]);
    const other = given.wanted(true).find((phase) => phase !== first)!;
    given.met(other);
    expect(given.wanted(false)).toEqual([first]);
    expect(given.wanted(true)).not.toContain(other);
  });

  it('are anybody’s after too many misses in a row, so that the kills come to an end', () => {
    const given = turns();
    for (let misses = 1; misses < MOST_MISSES; misses += 1) given.missed();
    expect(given.wanted(false)).toHaveLength(1);
    given.missed();
    expect(given.wanted(false)).toEqual(PHASES);
    given.met('publish');
    expect(given.wanted(false)).toHaveLength(1);
  });
});
