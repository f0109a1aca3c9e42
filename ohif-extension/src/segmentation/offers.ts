/** Which measurements of the viewer a number could be taken from: lengths, and the masks. */
import { GROUP, nodulesOf } from '../lirads';
import { getState, phaseOf } from '../store';
import { sourceKey, type Source } from '../sources';
import type { Member } from '../types/api';
import type { Ohif } from '../types/ohif';
import { sliceNumber } from './numbering';
import { crosses, drawnLengths, type DrawnLength } from './lengths';
import * as masks from './masks';
import { outlinesOf } from './nodules';
import { activeSeries, imagesOf, instanceOf, voxelMm3 } from './shown';
import { segmentationOf } from './viewer';

export interface Offer {
  source: Exclude<Source, { kind: 'prior' }>;
  series: string;
  slice: number | null;
}

/** More would be a list to search in. */
const MOST_LENGTHS = 2;

export function offersFor(ohif: Ohif, group: string, member: Member | undefined, item: string): Offer[] {
  if (item === 'volume_cm3') return liverVolumes(ohif);
  if (group !== GROUP) return drawnLengths(ohif).filter(one => one.isSelected || !isTaken(one)).slice(0, 1).map(asOffer);
  return member ? [...lengthsOn(ohif, member), ...longAxes(ohif, member)] : [];
}

const asOffer = ({ mm, series, slice, sop_instance_uid, points }: DrawnLength): Offer => ({
  source: { kind: 'length', value: tenth(mm), series, sop_instance_uid, points },
  series,
  slice,
});

/** Lengths that lie on the nodule, or are selected; without an outline the newest that no other nodule has. */
function lengthsOn(ohif: Ohif, nodule: Member): Offer[] {
  const outlines = outlinesOf(ohif, nodule).filter(one => one.measured);
  const isOn = (length: DrawnLength): boolean => outlines.some(({ mask, segment }) => mask.series === length.series && crosses(ohif, length, mask, segment.number));
  const key = sourceKey(GROUP, nodule, 'diameter_mm');
  const fits = (length: DrawnLength): boolean => length.isSelected || (outlines.length > 0 ? isOn(length) : !isTaken(length, key));
  return drawnLengths(ohif).filter(fits).slice(0, MOST_LENGTHS).map(asOffer);
}

/** Whether another number has a length. */
function isTaken(length: DrawnLength, except = ''): boolean {
  const described = nodulesOf(getState().answers).map(one => sourceKey(GROUP, one, 'diameter_mm'));
  return Object.entries(getState().sources).some(
    ([key, source]) =>
      key !== except &&
      (described.includes(key) || !key.startsWith(`${GROUP}.`)) &&
      source.kind === 'length' &&
      source.sop_instance_uid === length.sop_instance_uid &&
      source.points.every((place, index) => Math.abs(place - (length.points[index] ?? 0)) < 0.01),
  );
}

/** The long axis of the nodule's segment, in the phase that is active or else read first. */
function longAxes(ohif: Ohif, nodule: Member): Offer[] {
  const [best] = outlinesOf(ohif, nodule).flatMap(({ mask, measured }) => {
    const image = measured && imagesOf(segmentationOf(ohif, mask.id))[measured.lineSlice];
    if (!measured || !image) return [];
    const sop = instanceOf(image).SOPInstanceUID;
    const source = { kind: 'mask', value: tenth(measured.line.mm), series: mask.series, sop_instance_uid: sop } as const;
    return [{ source, series: mask.series, slice: sliceNumber(ohif, mask.series, sop) }];
  });
  return best ? [best] : [];
}

/** The liver with what lies in it, of the active phase or else the portal venous one. */
function liverVolumes(ohif: Ohif): Offer[] {
  const active = activeSeries(ohif);
  const rank = (series: string): number => (series === active ? 2 : phaseOf(series) === 'portal_venous' ? 1 : 0);
  const [mask] = [...masks.openMasks()].sort((a, b) => rank(b.series) - rank(a.series)).filter(one => one.known.some(known => known.kind === 'liver'));
  if (!mask) return [];
  const measured = masks.measured(mask.id);
  const voxels = mask.known.filter(one => one.kind !== 'other').reduce((sum, one) => sum + (measured.get(one.number)?.voxels ?? 0), 0);
  const value = Math.round((voxels * voxelMm3(imagesOf(segmentationOf(ohif, mask.id)))) / 1000);
  return value > 0 ? [{ source: { kind: 'mask', value, series: mask.series }, series: mask.series, slice: null }] : [];
}

const tenth = (mm: number): number => Math.round(mm * 10) / 10;
