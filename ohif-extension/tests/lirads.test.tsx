import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Surroundings } from '../src/context';
import type { Language, Lirads, Member } from '../src/types/api';
import { schema } from './template';

const HCC: Member = { diameter_mm: 25, aphe: 'nonrim', washout: 'nonperipheral' };

const assessment = (change: Partial<Lirads> = {}): Lirads => ({
  category: 'LR-5',
  title: 'Definitely HCC',
  response: null,
  management: 'Discuss it.',
  explanation: ['LI-RADS v2018', 'Not benign', 'Row one: LR-5'],
  version: 'LI-RADS v2018',
  reference: 'Core, p. 14',
  steps: ['passed', 'passed', 'LR-5'].map(outcome => ({ step: 'row', text: { en: '', pt: '' }, outcome })),
  table: {
    columns: ['< 20', '≥ 20', '< 10', '10–19', '≥ 20'].map((short, at) => ({
      title: `column ${at}`,
      short,
      categories: ['LR-3', 'LR-4/5', 'LR-5'],
    })),
    rows: ['none', 'one', 'two or more'],
    column: 4,
    row: 1,
  },
  needs: [],
  reason_needed: false,
  ...change,
});

let asked: Record<string, unknown>[];
let answer: (body: Record<string, unknown>) => Response;

const fresh = async () => {
  vi.resetModules();
  return { ...(await import('../src/lirads')), store: await import('../src/store') };
};

beforeEach(() => {
  asked = [];
  answer = body => new Response(JSON.stringify(assessment({ reason_needed: body.lirads === 'LR-3' })));
  vi.stubGlobal(
    'fetch',
    vi.fn((_url: string, init?: RequestInit) => {
      const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
      asked.push(body);
      return Promise.resolve(answer(body));
    }),
  );
});
afterEach(() => vi.unstubAllGlobals());

describe('asking', () => {
  it('sends features in the language of the reader, and asks once for the same features', async () => {
    const { assess, assessmentOf } = await fresh();
    await assess([{ ...HCC, location: ['VII'], tracking_uid: '1.2', targetoid_features: [] }, {}], 'pt');
    await assess([{ ...HCC, location: ['II'] }], 'pt');
    expect(asked).toEqual([{ ...HCC, language: 'pt' }]);
    expect(assessmentOf(HCC, 'pt')?.category).toBe('LR-5');
    expect(assessmentOf(HCC, 'en')).toBeUndefined();
    expect(assessmentOf({ ...HCC, aphe: 'absent' }, 'pt')).toBeUndefined();
  });
  it('does not ask before there is a diameter or a treatment', async () => {
    const { assess, canAsk } = await fresh();
    await assess([{ aphe: 'nonrim' }], 'en');
    expect(asked).toEqual([]);
    expect(canAsk({ treatment: 'ablation' })).toBe(true);
    expect(canAsk({ treatment: 'none' })).toBe(false);
  });
  it('asks again after a failure', async () => {
    const { assess, assessmentOf } = await fresh();
    answer = () => new Response('{}', { status: 503 });
    await assess([HCC], 'en');
    expect(assessmentOf(HCC, 'en')).toBeUndefined();
    answer = () => new Response(JSON.stringify(assessment()));
    await assess([HCC], 'en');
    expect(assessmentOf(HCC, 'en')).toBeDefined();
  });
});

describe('the reason for another category', () => {
  it('is required while it is not there', async () => {
    const { assess, requiredPaths, hiddenItems } = await fresh();
    const differs = { ...HCC, lirads: 'LR-3' };
    const nodules = [{ ...HCC, lirads: 'LR-5' }, differs, { ...differs, lirads_override_reason: 'Perfusion' }];
    await assess(nodules, 'en');
    const patient = { baseline: ['healthy'], cirrhosis: 'no' };
    expect(requiredPaths(schema, { patient, nodules }, 'en')).toEqual(['nodules.1.lirads_override_reason']);
    expect(hiddenItems(nodules[0] ?? {}, 'en')).toContain('lirads_override_reason');
    expect(hiddenItems(differs, 'en')).not.toContain('lirads_override_reason');
  });
});

describe('what is asked of a treated nodule', () => {
  const unasked = async (nodule: Member): Promise<string[]> => (await fresh()).hiddenItems(nodule, 'en');
  it('depends on the treatment and the algorithm', async () => {
    expect(await unasked({})).toContain('treatment_response');
    expect(await unasked({ treatment: 'none' })).toContain('masslike_enhancement');
    expect(await unasked({ treatment: 'ablation' })).not.toContain('masslike_enhancement');
    expect(await unasked({ treatment: 'ablation' })).toContain('masslike_enhancement_change');
    expect(await unasked({ treatment: 'external_radiation' })).not.toContain('masslike_enhancement_change');
    expect(await unasked({ treatment: 'ablation', treatment_algorithm: 'tra_v2018' })).not.toContain('treated_enhancement');
  });
  it('always shows what is answered', async () => {
    expect(await unasked({ treatment: 'none', treatment_response: 'viable' })).not.toContain('treatment_response');
  });
});

describe('the card', () => {
  let root: Root;
  let place: HTMLElement;

  async function show(nodule: Member, language: Language = 'en') {
    const { assess, store } = await fresh();
    store.set({ answers: { nodules: [nodule] } });
    await assess([nodule], language);
    const { SurroundingsProvider, surroundings } = await import('../src/context');
    const { LiradsCard } = await import('../src/panels/LiradsCard');
    place = document.createElement('div');
    root = createRoot(place);
    const around = surroundings(language, 'radiologist', {} as Surroundings['ohif']);
    flushSync(() =>
      root.render(
        <SurroundingsProvider value={around}>
          <LiradsCard nodule={nodule} index={0} />
        </SurroundingsProvider>,
      ),
    );
    return store;
  }

  const of = (name: string): HTMLElement | null => place.querySelector(`[data-cy="${name}"]`);
  afterEach(() => root.unmount());

  it('shows the category, the lit cell and every step', async () => {
    await show(HCC);
    expect(of('lirads-computed')?.textContent).toBe('LR-5');
    expect([...place.querySelectorAll('.lrgrid .c')].map(cell => cell.classList.contains('now')).indexOf(true)).toBe(9);
    expect(place.querySelectorAll('.steps li')).toHaveLength(3);
    expect(place.textContent).toContain('Core, p. 14');
  });
  it('gives the computed category to a reader who takes it', async () => {
    const store = await show({ ...HCC, lirads: 'LR-3' });
    expect(place.textContent).toContain('chosen LR-3');
    of('use-computed')?.click();
    expect(store.getState().answers.nodules).toMatchObject([{ lirads: 'LR-5' }]);
  });
  it('offers nothing when the reader has chosen the same', async () => {
    await show({ ...HCC, lirads: 'LR-5' });
    expect(of('use-computed')).toBeNull();
  });
  it('says when the server could not tell', async () => {
    answer = () => new Response('{}', { status: 503 });
    await show(HCC);
    expect(of('lirads-card')?.getAttribute('aria-busy')).toBe('true');
    expect(of('lirads-computed')).toBeNull();
    expect(place.textContent).toContain('could not be computed');
  });
  it('says what it needs, in the language of the reader', async () => {
    await show({ aphe: 'nonrim' }, 'pt');
    expect(place.textContent).toContain('diâmetro');
  });
});
