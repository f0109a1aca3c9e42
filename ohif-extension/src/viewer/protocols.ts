/** OHIF's hanging protocols of the HepatIA mode, as data. Series are matched by attributes that session.ts answers. */
import { COMPARED, FOUR, type ContrastPhase } from './places';

export const ONE_UP = 'hepatia-one-up';
export const FOUR_PHASES = 'hepatia-four-phases';
export const WITH_PRIOR = 'hepatia-with-prior';

/** Cornerstone's synchroniser by place in the patient: synchronise.ts. */
export const POSITION = 'hepatiaPosition';

interface Protocol {
  id: string;
  [more: string]: unknown;
}

export type Exam = 'current' | 'prior';

/** Names of the attributes of a display set that say whether it belongs to a place. */
export const FIRST_ATTRIBUTE = 'hepatiaFirst';
export const attribute = (exam: Exam, phase: ContrastPhase): string => `hepatia:${exam}:${phase}`;

/** OHIF's own: a mask that OHIF itself opens shows in every viewport of its frame of reference. */
const HYDRATE = { type: 'hydrateseg', id: 'sameFORId', source: true, target: true, options: { matchingRules: ['sameFOR'] } };

const both = (type: string, id: string, options: object = {}): object => ({ type, id, source: true, target: true, options });
const SYNCHRONISED = [both(POSITION, 'hepatia-position'), both('voi', 'hepatia-voi'), both('zoompan', 'hepatia-zoompan')];

const IMAGES = { attribute: 'numImageFrames', weight: 10, constraint: { greaterThan: { value: 0 } } };
const isSo = (name: string, more: object = {}): object => ({ attribute: name, weight: 20, constraint: { equals: { value: true } }, ...more });

const viewport = (id: string, displaySets: object[], more: object = {}): object => ({
  viewportOptions: { viewportId: id, viewportType: 'stack', toolGroupId: 'default', allowUnmatchedView: true, ...more },
  displaySets,
});

const protocol = (id: string, name: string, rows: number, columns: number, displaySetSelectors: object, viewports: object[]): Protocol => ({
  id,
  name,
  // Never chosen by matching: the mode opens the first, commands the others.
  protocolMatchingRules: [],
  toolGroupIds: ['default'],
  numberOfPriorsReferenced: 0,
  defaultViewport: {
    viewportOptions: { viewportType: 'stack', toolGroupId: 'default', allowUnmatchedView: true, syncGroups: [HYDRATE] },
    displaySets: [{ id: 'any', matchedDisplaySetsIndex: -1 }],
  },
  displaySetSelectors: { ...displaySetSelectors, any: { seriesMatchingRules: [IMAGES] } },
  stages: [{ id, name, viewportStructure: { layoutType: 'grid', properties: { rows, columns } }, viewports }],
});

const selector = (exam: Exam, phase: ContrastPhase): [string, object] => [
  `${exam}-${phase}`,
  { seriesMatchingRules: [isSo(attribute(exam, phase), { required: true })] },
];

const placed = (layout: string, exam: Exam, phase: ContrastPhase): object =>
  viewport(`${layout}-${exam}-${phase}`, [{ id: `${exam}-${phase}` }], { syncGroups: SYNCHRONISED, id: `${exam}:${phase}` });

const URL_RULE = isSo('isDisplaySetFromUrl', { weight: 40 });
const opened = { seriesMatchingRules: [IMAGES, isSo(FIRST_ATTRIBUTE), URL_RULE] };

const PAIRS = COMPARED.flatMap(phase => (['prior', 'current'] as const).map(exam => [exam, phase] as const));

export const PROTOCOLS = [
  protocol(ONE_UP, 'Portal venous', 1, 1, { opened }, [
    viewport('default', [{ id: 'opened' }], { initialImageOptions: { custom: 'sopInstanceLocation' }, syncGroups: [HYDRATE] }),
  ]),
  protocol(
    FOUR_PHASES,
    '4 phases',
    2,
    2,
    Object.fromEntries(FOUR.map(phase => selector('current', phase))),
    FOUR.map(phase => placed('four', 'current', phase)),
  ),
  protocol(
    WITH_PRIOR,
    'With prior',
    COMPARED.length,
    2,
    Object.fromEntries(PAIRS.map(([exam, phase]) => selector(exam, phase))),
    PAIRS.map(([exam, phase]) => placed('prior', exam, phase)),
  ),
];
