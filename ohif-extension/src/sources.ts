/** Where numbers come from: a length drawn in OHIF, a mask, a prior exam; what nobody told was typed. */
import type { Answers, Json, Length, Member, ReportInfo } from './types/api';

export type Source =
  | ({ kind: 'length'; value: number; series?: string } & Length)
  | { kind: 'mask'; value: number; series?: string; sop_instance_uid?: string }
  | { kind: 'prior'; value: number };

export type Sources = Record<string, Source>;

/** Forms show one decimal. */
const SAME = 0.051;

/** A nodule's numbers go with its tracking UID, wherever its row stands. */
export function sourceKey(group: string, member: Member | undefined, item: string): string {
  const uid = member?.tracking_uid;
  return typeof uid === 'string' ? `${group}.${uid}.${item}` : `${group}.${item}`;
}

/** The source of a number; one that was changed since was typed. */
export function sourceOf(sources: Sources, key: string, value: Json | undefined): Source | 'typed' | null {
  if (typeof value !== 'number') return null;
  const told = sources[key];
  return told && Math.abs(told.value - value) < SAME ? told : 'typed';
}

/** The lines that diameters were measured with, as reports are sent with them. */
export function lengthsOf(sources: Sources, answers: Answers): Record<string, Length> {
  const nodules = answers.nodules;
  const lines = (Array.isArray(nodules) ? nodules : []).flatMap(nodule => {
    const source = sourceOf(sources, sourceKey('nodules', nodule, 'diameter_mm'), nodule.diameter_mm);
    return source && source !== 'typed' && source.kind === 'length'
      ? [[String(nodule.tracking_uid), { sop_instance_uid: source.sop_instance_uid, points: source.points }] as const]
      : [];
  });
  return Object.fromEntries(lines);
}

/** What a saved report says of where its diameters were measured. */
export function sourcesOf(report: ReportInfo | null): Sources {
  const nodules = report?.answers.nodules;
  const told = (Array.isArray(nodules) ? nodules : []).flatMap(nodule => {
    const line = report?.lengths?.[String(nodule.tracking_uid)];
    const value = nodule.diameter_mm;
    if (!line || typeof value !== 'number') return [];
    const { of_mask: isOfMask, ...length } = line;
    const source: Source = isOfMask ? { kind: 'mask', value, sop_instance_uid: length.sop_instance_uid } : { kind: 'length', value, ...length };
    return [[sourceKey('nodules', nodule, 'diameter_mm'), source] as const];
  });
  return Object.fromEntries(told);
}
