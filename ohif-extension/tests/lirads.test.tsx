import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Member } from '../src/types/api';
import { assessment } from './assessments';
import { schema } from './template';

const HCC: Member = { diameter_mm: 25, aphe: 'nonrim', washout: 'nonperipheral' };

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
    await assess([{ ...HCC, location: ['VII'], tracking_uid: '1.2', targetoid_features: [] }], 'pt');
    await assess([{ ...HCC, location: ['II'] }], 'pt');
    expect(asked).toEqual([{ ...HCC, language: 'pt', incomplete: true }]);
    expect(assessmentOf(HCC, 'pt')?.category).toBe('LR-5');
    expect(assessmentOf(HCC, 'en')).toBeUndefined();
    expect(assessmentOf({ ...HCC, aphe: 'absent' }, 'pt')).toBeUndefined();
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

describe('the computed category', () => {
  const chosen = (store: typeof import('../src/store')): unknown => (store.getState().answers.nodules as Member[])[0]?.lirads;
  const computed = async (features: Member, change: Partial<import('../src/types/api').Lirads> = {}) => {
    const { assess, follow, store } = await fresh();
    const take = async (nodule: Member, answered: Partial<import('../src/types/api').Lirads>): Promise<void> => {
      answer = body => new Response(JSON.stringify(assessment({ ...answered, reason_needed: body.lirads === 'LR-3' })));
      store.set({ studyUid: '1.2', answers: { nodules: [nodule] } });
      await assess([nodule], 'en');
      follow([nodule], 'en');
    };
    await take(features, change);
    return { store, take, nodule: () => (store.getState().answers.nodules as Member[])[0] ?? {} };
  };
  it('is taken as the answer while the reader chooses no other', async () => {
    const { store } = await computed(HCC);
    expect(chosen(store)).toBe('LR-5');
  });
  it('changes with the features, and goes when one of them is taken back', async () => {
    const { store, take, nodule } = await computed(HCC);
    await take({ ...nodule(), washout: 'absent' }, { category: 'LR-4' });
    expect(chosen(store)).toBe('LR-4');
    const { washout: _gone, ...rest } = nodule();
    await take(rest, { category: 'LR-4', missing: ['washout'] });
    expect(chosen(store)).toBeUndefined();
  });
  it('never replaces another that the reader chose', async () => {
    const { store, take } = await computed({ ...HCC, lirads: 'LR-3' });
    expect(chosen(store)).toBe('LR-3');
    await take({ ...HCC, lirads: 'LR-3', capsule: 'absent' }, { category: 'LR-4' });
    expect(chosen(store)).toBe('LR-3');
  });
  it('of an incomplete nodule is no answer', async () => {
    const { store } = await computed({ aphe: 'nonrim' }, { category: null, missing: ['diameter_mm'] });
    expect(chosen(store)).toBeUndefined();
  });
  it('is not asked for again once it is taken', async () => {
    const { store, nodule } = await computed(HCC);
    const before = asked.length;
    const { assess } = await import('../src/lirads');
    await assess([nodule()], 'en');
    expect(asked).toHaveLength(before);
    expect(chosen(store)).toBe('LR-5');
  });
});
