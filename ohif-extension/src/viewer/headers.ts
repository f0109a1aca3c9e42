/** What the image headers tell for the corners of a viewport. */
import type { ImageInstance } from '../types/viewer';

/** Longer than this after the injection, a scan does not belong to it. */
const LONGEST_S = 1800;

/** Seconds of a DICOM time (TM: HHMMSS.FFFFFF, of which only the hours must be there). */
export function seconds(time: string | undefined): number | null {
  const parts = /^(\d{2})(\d{2})?(\d{2}(?:\.\d+)?)?$/.exec(time?.trim() ?? '');
  return parts ? Number(parts[1]) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0) : null;
}

/** Seconds from the start of the contrast injection to the scan; null when the header does not tell. */
export function delay({ AcquisitionTime, ContrastBolusStartTime }: ImageInstance): number | null {
  const [scan, injection] = [seconds(AcquisitionTime), seconds(ContrastBolusStartTime)];
  const passed = scan === null || injection === null ? null : Math.round(scan - injection);
  return passed !== null && passed > 0 && passed <= LONGEST_S ? passed : null;
}
