/** Which series goes to which place of a layout: by its phase, as the reader has it. */
import type { PhaseName, SeriesInfo, StudyInfo } from '../types/api';

export type ContrastPhase = Exclude<PhaseName, 'other'>;
export type Corrections = Record<string, PhaseName>;

/** Places of "4 phases", row by row. */
export const FOUR: readonly ContrastPhase[] = ['non_contrast', 'arterial', 'portal_venous', 'equilibrium'];

/** Phases that are compared with a prior exam, one a row. */
export const COMPARED: readonly ContrastPhase[] = ['portal_venous', 'equilibrium'];

/** What is shown first: the phase that the liver is read in, else the next best. */
const FIRST: readonly ContrastPhase[] = ['portal_venous', 'equilibrium', 'arterial', 'non_contrast'];

const MODALITIES = ['CT', 'MR'];

const phaseOf = (series: SeriesInfo, corrections: Corrections): PhaseName | undefined =>
  corrections[series.series_instance_uid] ?? series.phase ?? undefined;

/** The series that stands for each phase. Of several it is the one that a reader named, then the surest, then the longest. */
export function seriesByPhase(info: Pick<StudyInfo, 'series'>, corrections: Corrections): Partial<Record<ContrastPhase, string>> {
  const rank = (one: SeriesInfo): number[] => [
    corrections[one.series_instance_uid] ? 1 : 0,
    one.phase_confidence ?? 0,
    one.instances,
  ];
  const better = (a: SeriesInfo, b: SeriesInfo): number => compare(rank(b), rank(a)) || a.series_instance_uid.localeCompare(b.series_instance_uid);
  const best = (phase: ContrastPhase): string | undefined =>
    info.series.filter(one => phaseOf(one, corrections) === phase).sort(better)[0]?.series_instance_uid;
  return Object.fromEntries(FOUR.flatMap(phase => (best(phase) ? [[phase, best(phase)]] : [])));
}

/** The series to open with; without any phase the longest image series. */
export function firstSeries(info: Pick<StudyInfo, 'series'>, corrections: Corrections): string | undefined {
  const places = seriesByPhase(info, corrections);
  const found = FIRST.map(phase => places[phase]).find(uid => uid !== undefined);
  const images = info.series.filter(one => MODALITIES.includes(one.modality)).sort((a, b) => b.instances - a.instances);
  return found ?? images[0]?.series_instance_uid;
}

function compare(a: number[], b: number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
