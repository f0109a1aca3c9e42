import { describe, expect, it } from 'vitest';
import type { PhaseName, SeriesInfo } from '../src/types/api';
import { missingAt } from '../src/viewer/empty';
import { firstSeries, FOUR, seriesByPhase } from '../src/viewer/places';
import { attribute, FOUR_PHASES, ONE_UP, PROTOCOLS, WITH_PRIOR } from '../src/viewer/protocols';

const series = (uid: string, phase: PhaseName | null, more: Partial<SeriesInfo> = {}): SeriesInfo => ({
  series_instance_uid: uid,
  modality: 'CT',
  description: null,
  instances: 60,
  phase,
  phase_confidence: 0.9,
  ...more,
});

const FULL = [series('eq', 'equilibrium'), series('nc', 'non_contrast'), series('pv', 'portal_venous'), series('art', 'arterial')];

describe('the series of each phase', () => {
  it('is found whatever the order that the server tells them in', () => {
    expect(FOUR.map(phase => seriesByPhase({ series: FULL }, {})[phase])).toEqual(['nc', 'art', 'pv', 'eq']);
  });

  it('is the one that the reader says', () => {
    const places = seriesByPhase({ series: FULL }, { eq: 'arterial', art: 'equilibrium' });
    expect([places.arterial, places.equilibrium]).toEqual(['eq', 'art']);
  });

  it('is left out where no series is of it', () => {
    expect(seriesByPhase({ series: FULL.slice(0, 3) }, {})).toEqual({ non_contrast: 'nc', portal_venous: 'pv', equilibrium: 'eq' });
    expect(seriesByPhase({ series: [series('x', 'other'), series('y', null)] }, {})).toEqual({});
  });

  it('is of several the one that a reader named, then the surest, then the longest', () => {
    const two = [series('short', 'arterial', { instances: 20 }), series('long', 'arterial', { instances: 90 })];
    expect(seriesByPhase({ series: two }, {}).arterial).toBe('long');
    const surer = [...two, series('sure', 'arterial', { instances: 10, phase_confidence: 0.98 })];
    expect(seriesByPhase({ series: surer }, {}).arterial).toBe('sure');
    expect(seriesByPhase({ series: surer }, { short: 'arterial' }).arterial).toBe('short');
  });
});

describe('the series that a study opens with', () => {
  it('is portal venous, else the next best phase', () => {
    expect(firstSeries({ series: FULL }, {})).toBe('pv');
    expect(firstSeries({ series: FULL.filter(one => one.phase !== 'portal_venous') }, {})).toBe('eq');
    expect(firstSeries({ series: FULL }, { pv: 'other' })).toBe('eq');
  });

  it('is without any phase the longest images, never a mask or a report', () => {
    const none = [series('a', null, { instances: 3 }), series('b', 'other', { instances: 40 }), series('seg', null, { modality: 'SEG', instances: 99 })];
    expect(firstSeries({ series: none }, {})).toBe('b');
    expect(firstSeries({ series: [] }, {})).toBeUndefined();
  });
});

interface Stage {
  viewportStructure: { properties: { rows: number; columns: number } };
  viewports: { viewportOptions: { viewportId: string }; displaySets: { id: string }[] }[];
}
interface Selector {
  seriesMatchingRules: { attribute: string; required?: boolean }[];
}

function layout(id: string): { size: number[]; asks: string[]; ids: string[] } {
  const found = PROTOCOLS.find(one => one.id === id) as unknown as { stages: [Stage]; displaySetSelectors: Record<string, Selector> };
  const [{ viewportStructure, viewports }] = found.stages;
  const { rows, columns } = viewportStructure.properties;
  const asked = (place: Stage['viewports'][number]): string =>
    found.displaySetSelectors[place.displaySets[0]?.id ?? '']?.seriesMatchingRules.filter(rule => rule.required).map(rule => rule.attribute).join() ?? '';
  return { size: [rows, columns], asks: viewports.map(asked), ids: viewports.map(one => one.viewportOptions.viewportId) };
}

describe('the layouts', () => {
  it('put the phases NC ART / PV EQ', () => {
    const { size, asks } = layout(FOUR_PHASES);
    expect(size).toEqual([2, 2]);
    expect(asks).toEqual(['non_contrast', 'arterial', 'portal_venous', 'equilibrium'].map(phase => attribute('current', phase as 'arterial')));
  });

  it('put the prior left of the current exam, portal above equilibrium', () => {
    const { size, asks } = layout(WITH_PRIOR);
    expect(size).toEqual([2, 2]);
    expect(asks).toEqual([
      attribute('prior', 'portal_venous'),
      attribute('current', 'portal_venous'),
      attribute('prior', 'equilibrium'),
      attribute('current', 'equilibrium'),
    ]);
  });

  it('open with one viewport', () => {
    expect(layout(ONE_UP).size).toEqual([1, 1]);
  });

  it('say in an empty place which phase is missing', () => {
    expect(layout(FOUR_PHASES).ids.map(id => missingAt(id)?.key)).toEqual(['noNonContrast', 'noArterial', 'noPortalVenous', 'noEquilibrium']);
    expect(missingAt(layout(WITH_PRIOR).ids[2] ?? '')).toEqual({ key: 'noEquilibrium', isPrior: true });
    expect(missingAt('default')).toBeNull();
  });
});
