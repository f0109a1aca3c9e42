/** The corners of a viewport: phase and series; what is unsaved or under way; the slice. One or two lines each. */
import { createElement, useSyncExternalStore, type ReactElement } from 'react';
import { island } from '../Mount';
import { nodulesOf } from '../lirads';
import { PHASES } from '../panels/Phase';
import { getPresegmentation } from '../presegment';
import { maskOf } from '../segmentation/masks';
import * as store from '../store';
import { currentLanguage, say, type Say } from '../texts';
import type { PhaseName } from '../types/api';
import type { Ohif } from '../types/ohif';
import type { ImageSet } from '../types/viewer';
import { attenuation, shown } from './attenuation';
import { delay } from './headers';
import { masksHidden } from './outlines';
import { daysBetween, getPrior } from './prior';
import { displaySetIn } from './stacks';
import { members } from './synchronise';

interface CornerProperties {
  ohif: Ohif;
  viewport: string;
}

function phaseIn(set: ImageSet): PhaseName | undefined {
  const { info, phases } = store.getState();
  const all = [...(info?.series ?? []), ...(getPrior()?.info.series ?? [])];
  const known = all.find(one => one.series_instance_uid === set.SeriesInstanceUID);
  return phases[set.SeriesInstanceUID] ?? known?.phase ?? undefined;
}

const isPrior = (set: ImageSet): boolean => set.StudyInstanceUID === getPrior()?.uid;

/** "S5 · 60 slices · 70 s"; of a prior exam its date first. */
export function seriesLine(set: ImageSet, phase: PhaseName | undefined, date: string | null, t: Say): string {
  const [instance = {}] = set.instances ?? [];
  const passed = delay(instance);
  const when = phase === 'non_contrast' ? t('beforeContrast') : passed !== null ? `${passed} s` : null;
  const number = set.SeriesNumber ?? instance.SeriesNumber;
  const slices = set.numImageFrames ?? set.imageIds?.length;
  return [date, number !== undefined && `S${number}`, slices && `${slices} ${t('slices')}`, when].filter(Boolean).join(' · ');
}

function PhaseCorner({ ohif, viewport }: CornerProperties): ReactElement | null {
  useSyncExternalStore(store.subscribe, store.getState);
  const set = displaySetIn(ohif, viewport);
  if (!set) return null;
  const t = say(currentLanguage());
  const phase = phaseIn(set);
  const known = phase && phase !== 'other' ? PHASES[phase] : undefined;
  return (
    <div className="hep hep-corner" data-cy="corner-phase">
      <div className="line">
        {known && <span className={`ph ${known.style}`}>{known.tag}</span>}
        <span>{known ? t(known.name) : (set.SeriesDescription ?? set.Modality)}</span>
      </div>
      <div className="quiet">{seriesLine(set, phase, isPrior(set) ? (getPrior()?.info.study_date ?? null) : null, t)}</div>
    </div>
  );
}

function StateCorner({ ohif, viewport }: CornerProperties): ReactElement | null {
  useSyncExternalStore(store.subscribe, store.getState);
  const set = displaySetIn(ohif, viewport);
  const said = set ? states(set, say(currentLanguage())) : [];
  if (said.length === 0) return null;
  return (
    <div className="hep hep-corner right" data-cy="corner-state">
      {said.map(({ text, style }) => (
        <div key={text} className={style}>
          {text}
        </div>
      ))}
    </div>
  );
}

function states(set: ImageSet, t: Say): { text: string; style: string }[] {
  const { info } = store.getState();
  const mask = maskOf(set.SeriesInstanceUID);
  const job = getPresegmentation().jobs.find(one => one.state === 'running' && one.parameters.series === set.SeriesInstanceUID);
  const days = isPrior(set) ? daysBetween(getPrior()?.info.study_date ?? null, info?.study_date ?? null) : null;
  return [
    ...(isPrior(set) ? [{ text: days === null ? t('prior') : `${t('prior')}, ${days} ${t('days')}`, style: 'quiet' }] : []),
    ...(mask?.dirty ? [{ text: `● ${t('maskUnsaved')}`, style: 'warn' }] : []),
    ...(job ? [{ text: `${t('presegmenting')} ${Math.round(100 * job.progress)} %`, style: 'quiet' }] : []),
    ...measured(set, t),
    ...(masksHidden() && mask ? [{ text: t('masksHidden'), style: 'quiet' }] : []),
  ];
}

/** The chosen nodule's mean in this phase, for as long as masks are shown. */
function measured(set: ImageSet, t: Say): { text: string; style: string }[] {
  const { report, answers, nodule } = store.getState();
  const phase = phaseIn(set);
  if (!report || !phase || isPrior(set) || masksHidden()) return [];
  const found = attenuation(report.answers, nodulesOf(answers)[nodule]?.tracking_uid, phase);
  return found ? [{ text: `N${nodule + 1} ${shown(found, t('toLiver'))}`, style: `measured sg-${(nodule % 6) + 1}` }] : [];
}

interface OverlayItem {
  viewportId: string;
  imageSliceData?: { imageIndex?: number; numberOfSlices?: number };
}

function slice(ohif: Ohif, { viewportId, imageSliceData }: OverlayItem): ReactElement | null {
  const { imageIndex, numberOfSlices } = imageSliceData ?? {};
  if (imageIndex === undefined || !numberOfSlices) return null;
  const others = members(ohif);
  const isSynchronised = others.length > 1 && others.includes(viewportId);
  const title = isSynchronised ? say(currentLanguage())('synchronised') : undefined;
  return createElement('div', { className: 'hep-slice', 'data-cy': 'corner-slice', title }, `${imageIndex + 1} / ${numberOfSlices}${isSynchronised ? ' ⇅' : ''}`);
}

/** OHIF's customizations of the overlay. Window and level stay OHIF's own. */
export function corners(ohif: Ohif): Record<string, object> {
  const options = { style: 'display:block', attributes: ['viewport'] };
  const phase = island<CornerProperties>('hepatia-corner-phase', PhaseCorner, { ohif }, options);
  const state = island<CornerProperties>('hepatia-corner-state', StateCorner, { ohif }, options);
  const item = (id: string, contentF: (props: OverlayItem) => ReactElement | null): object[] => [{ id, contentF }];
  return {
    'viewportOverlay.topLeft': { $set: item('HepatiaPhase', ({ viewportId }) => phase({ viewport: viewportId })) },
    'viewportOverlay.topRight': { $set: item('HepatiaState', ({ viewportId }) => state({ viewport: viewportId })) },
    'viewportOverlay.bottomRight': { $set: item('HepatiaSlice', props => slice(ohif, props)) },
  };
}
