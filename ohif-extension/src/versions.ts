/** The reports of a study as versions of each other: which is gone on with, which is newer, what may be done to it. */
import { TEMPLATE } from './id';
import type { Me, ReportInfo } from './types/api';

/** Roles that may write reports; the server decides, this only draws accordingly. */
export const WRITERS = ['admin', 'radiologist', 'resident', 'student'];
export const VERIFIERS = ['radiologist'];

const FINAL = ['verified', 'consensus'];

const ours = (reports: ReportInfo[]): ReportInfo[] => reports.filter(report => report.template === TEMPLATE);

/** The report to go on with: the newest that no other replaces; one's own before others'. */
export function latest(reports: ReportInfo[], user: string): ReportInfo | null {
  const replaced = new Set(reports.flatMap(report => report.replaces));
  const open = ours(reports).filter(report => !replaced.has(report.sop_instance_uid));
  const own = open.filter(report => report.author_login === user);
  return (own.length > 0 ? own : open).at(-1) ?? null;
}

/** The last of those that replace a report, one after the other; null when none does. */
export function successor(reports: ReportInfo[], sop: string): ReportInfo | null {
  let found: ReportInfo | null = null;
  const seen = new Set<string>();
  for (let at: string | undefined = sop; at !== undefined && !seen.has(at); ) {
    seen.add(at);
    const before: string = at;
    const next: ReportInfo | undefined = reports.filter(report => report.replaces.includes(before)).at(-1);
    if (next) found = next;
    at = next?.sop_instance_uid;
  }
  return found;
}

/** Number of a version, in the order in which they were written; null of one that is not there. */
export function numberOf(reports: ReportInfo[], sop: string | undefined): number | null {
  const index = ours(reports).findIndex(report => report.sop_instance_uid === sop);
  return index < 0 ? null : index + 1;
}

export const nextNumber = (reports: ReportInfo[]): number => ours(reports).length + 1;

/** Whether a report is read, not written: what is verified, and what others have completed. */
export const isFinished = (report: ReportInfo, user: string): boolean =>
  FINAL.includes(report.state) || (report.state === 'complete' && report.author_login !== user);

/** Whether a role may write a version that replaces a report. */
export const mayRevise = (report: ReportInfo, me: Me): boolean =>
  (FINAL.includes(report.state) ? VERIFIERS : WRITERS).includes(me.role);

export const mayVerify = (report: ReportInfo | null, me: Me): boolean =>
  report?.state === 'complete' && VERIFIERS.includes(me.role);
