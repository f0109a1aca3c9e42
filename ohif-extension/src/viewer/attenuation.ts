/** What the chosen nodule measures in a phase, beside the liver: as the saved report has it. */
import type { Answers, Json, Member, PhaseName } from '../types/api';

export interface Attenuation {
  /** Mean of the nodule, in Hounsfield units. */
  hu: number;
  /** That minus the mean of the liver; null where the liver is not outlined. */
  toLiver: number | null;
}

const meanIn = (member: Member | undefined, phase: PhaseName): Json | undefined => member?.[`hu_mean_${phase}`];

/** Of the nodule with a tracking UID; null where its mask of the phase was not measured. */
export function attenuation(saved: Answers, trackingUid: Json | undefined, phase: PhaseName): Attenuation | null {
  const { nodules, liver } = saved;
  const nodule = Array.isArray(nodules) ? nodules.find(one => trackingUid && one.tracking_uid === trackingUid) : undefined;
  const hu = meanIn(nodule, phase);
  if (typeof hu !== 'number') return null;
  const beside = Array.isArray(liver) ? undefined : meanIn(liver, phase);
  return { hu, toLiver: typeof beside === 'number' ? hu - beside : null };
}

/** "121 HU, +44": whole units, with a true minus. */
export function shown({ hu, toLiver }: Attenuation, toLiverWords: string): string {
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(Math.round(value))}`;
  const whole = `${hu < 0 ? '−' : ''}${Math.abs(Math.round(hu))} HU`;
  return toLiver === null ? whole : `${whole} · ${signed(toLiver)} ${toLiverWords}`;
}
