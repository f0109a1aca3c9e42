/** Which nodule of an exam is the one that a search means, for the viewer to open at. */
import { address } from '../id';
import { blockOf, pathOf, type Filters } from '../pages/filters';
import type { Answers, Exam, Json, Member } from '../types/api';

const listed = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : value == null ? [] : [String(value)]);

export const nodulesOf = (answers: Answers): Member[] => {
  const { nodules } = answers;
  return Array.isArray(nodules) ? nodules : [];
};

function holds(member: Member, [name, wanted]: Filters[number]): boolean {
  const value = member[pathOf(name).slice('nodules.'.length)];
  if (name.endsWith('.min')) return typeof value === 'number' && value >= Number(wanted);
  if (name.endsWith('.max')) return typeof value === 'number' && value <= Number(wanted);
  return listed(value).some(one => wanted.split(',').includes(one));
}

const size = (member: Member): number => (typeof member.diameter_mm === 'number' ? member.diameter_mm : 0);

/** The largest nodule that fulfils every filter on nodules; none where there is no such filter. */
export function matched(answers: Answers, filters: Filters): Member | undefined {
  const asked = filters.filter(([name]) => name.startsWith('nodules.') && blockOf(name) === 1 && !/^nodules\.(min|max)$/.test(name));
  if (asked.length === 0) return undefined;
  return nodulesOf(answers)
    .filter(member => asked.every(filter => holds(member, filter)))
    .sort((a, b) => size(b) - size(a))[0];
}

/** Where an exam is opened: at the nodule that matched. */
export function addressOf(exam: Exam, filters: Filters): string {
  const uid = matched(exam.answers, filters)?.tracking_uid;
  return address(typeof uid === 'string' ? `${exam.viewer}&nodule=${encodeURIComponent(uid)}` : exam.viewer);
}

/** The segments of the nodule that matched, else of the largest one. */
export function segmentsOf(exam: Exam, filters: Filters): string {
  const largest = [...nodulesOf(exam.answers)].sort((a, b) => size(b) - size(a))[0];
  return listed((matched(exam.answers, filters) ?? largest)?.location).join(', ');
}
