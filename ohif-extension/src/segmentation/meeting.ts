/** Stored masks whose segments share voxels: they wait until the reader has said which has them. The file stays as it is. */
import { HepatiaError } from '../client';
import * as store from '../store';
import type { SegmentationInfo } from '../types/api';
import type { Overlap } from './overlaps';

export interface Meeting {
  /** SOP Instance UID of the segmentation. */
  sop: string;
  series: string;
  names: ReadonlyMap<number, string>;
  /** Pairs of which the reader has not said which wins; `slice` is where they share the most. */
  open: readonly Shared[];
  /** Segments in the order in which they win. */
  wins: readonly number[];
}

export type Shared = Overlap & { slice: string };

/** What ends a loading that waits for an answer: nothing went wrong. */
export class Asked extends Error {}

let waiting: readonly Meeting[] = [];

export const meetings = (): readonly Meeting[] => waiting;

/** Ask about a segmentation where that is what the server says; any other error goes on. */
export function ask(described: SegmentationInfo, error: unknown): never {
  if (!(error instanceof HepatiaError) || error.overlaps.length === 0) throw error;
  const { sop_instance_uid: sop, source_series_instance_uid: series } = described;
  const names = new Map(described.segments.map(one => [one.number, one.label]));
  const [wins = []] = waiting.flatMap(one => (one.sop === sop ? [one.wins] : []));
  put({ sop, series: series ?? '', names, open: error.overlaps, wins });
  throw new Asked('The reader is asked which segment wins.');
}

/** A segment has the voxels that it shares with the others; true when nothing is left to ask. */
export function letHave({ sop }: Meeting, number: number): boolean {
  const meeting = waiting.find(one => one.sop === sop);
  if (!meeting) return false;
  const wins = [...meeting.wins, number];
  const open = meeting.open.filter(one => !one.segments.includes(number));
  put({ ...meeting, wins, open });
  return open.length === 0;
}

/** What the reader has said of a segmentation. */
export const winsOf = (sop: string): readonly number[] => waiting.find(one => one.sop === sop)?.wins ?? [];

/** All is said, or the study is left. */
export function forget(sop?: string): void {
  waiting = sop === undefined ? [] : waiting.filter(one => one.sop !== sop);
  store.set({});
}

function put(meeting: Meeting): void {
  waiting = [...waiting.filter(one => one.sop !== meeting.sop), meeting];
  store.set({});
}
