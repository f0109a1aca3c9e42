import { describe, expect, it } from 'vitest';
import { merged, type Layer } from '../src/segmentation/overlaps';

const layer = (values: number[], named: Record<number, number> = {}): Layer => ({ slices: [Uint8Array.from(values)], segmentOf: value => named[value] ?? value });

describe('layers of a mask', () => {
  it('are one mask where nothing meets, each value as the segment that it stands for', () => {
    const { slices, open } = merged([layer([1, 1, 0, 0]), layer([0, 0, 1, 0], { 1: 3 })]);
    expect([[...(slices[0] ?? [])], open]).toEqual([[1, 1, 3, 0], []]);
  });
  it('that meet are told with the pair and the voxels, the largest first', () => {
    const { open } = merged([layer([1, 1, 1, 1]), layer([2, 2, 0, 3])]);
    expect(open).toEqual([{ segments: [1, 2], voxels: 2 }, { segments: [1, 3], voxels: 1 }]);
  });
  it.each([
    [[2], [2, 2, 1, 1]],
    [[1], [1, 1, 1, 1]],
    [[1, 2], [1, 1, 1, 1]],
    [[2, 1], [2, 2, 1, 1]],
  ])('are settled by who wins: %j', (winners, expected) => {
    const { slices, open } = merged([layer([1, 1, 1, 1]), layer([2, 2, 0, 0])], winners);
    expect([[...(slices[0] ?? [])], open]).toEqual([expected, []]);
  });
  it('stay open for pairs that nobody has settled', () => {
    expect(merged([layer([1, 1]), layer([2, 3])], [2]).open).toEqual([{ segments: [1, 3], voxels: 1 }]);
  });
});
