import { describe, expect, it } from '@jest/globals';
import { FrequencySketch, hashOf } from '../../../src/l1/frequency-sketch.js';

const hash = (key: number) => hashOf('r', `k${key}`);

describe('FrequencySketch', () => {
  it('never estimates too low before it ages, and mostly exactly', () => {
    const sketch = new FrequencySketch();
    sketch.reserve(1_000);
    for (let key = 0; key < 1_000; key++) for (let use = 0; use < key % 8; use++) sketch.count(hash(key));
    const errors = Array.from({ length: 1_000 }, (_, key) => sketch.estimate(hash(key)) - (key % 8));
    expect(Math.min(...errors)).toBe(0);
    expect(errors.filter((error) => error > 0).length).toBeLessThan(50);
  });

  it('counts to 15', () => {
    const sketch = new FrequencySketch();
    for (let use = 0; use < 40; use++) sketch.count(hash(1));
    expect(sketch.estimate(hash(1))).toBe(15);
  });

  it('keeps every estimate when it grows', () => {
    const sketch = new FrequencySketch();
    for (let key = 0; key < 20; key++) for (let use = 0; use <= key % 5; use++) sketch.count(hash(key));
    const before = Array.from({ length: 20 }, (_, key) => sketch.estimate(hash(key)));
    sketch.reserve(5_000);
    expect(Array.from({ length: 20 }, (_, key) => sketch.estimate(hash(key)))).toEqual(before);
  });

  it('forgets by halves', () => {
    const sketch = new FrequencySketch();
    for (let use = 0; use < 12; use++) sketch.count(hash(1));
    // Ten uses for each of 16 entries: then everything is halved once.
    for (let use = 0; use < 148; use++) sketch.count(hash(100 + use));
    expect(sketch.estimate(hash(1))).toBeLessThanOrEqual(8);
    expect(sketch.estimate(hash(1))).toBeGreaterThanOrEqual(6);
  });
});
