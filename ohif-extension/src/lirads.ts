/** The LI-RADS category of every nodule, as the server computes it: asked when features change, kept by features. */
import { useEffect } from 'react';
import { postLirads } from './client';
import type { Proposal } from './form/control';
import { isAnswered, missingPaths } from './form/model';
import { answer, getState, set } from './store';
import type { Answers, Json, Language, Lirads, Member, TemplateSchema } from './types/api';

export const GROUP = 'nodules';
export const CHOSEN = 'lirads';
export const REASON = 'lirads_override_reason';
const RESPONSE = 'treatment_response';
const TREATED = 'LR-TR';

/** What is said of a nodule and does not bear on its category; the chosen category asks whether it needs a reason. */
const ASIDE = ['tracking_uid', 'segment_number', 'location', REASON];
const NOT_LOCOREGIONAL = ['none', 'systemic'];
const DETAILS_2018 = ['treated_enhancement', 'enhancement_like_before'];
const DETAILS_2024 = ['masslike_enhancement', 'masslike_enhancement_change'];
const RADIATION = ['radioembolization', 'external_radiation'];

const known = new Map<string, Lirads>();
const failed = new Set<string>();

export const nodulesOf = (answers: Answers): Member[] => {
  const given = answers[GROUP];
  return Array.isArray(given) ? given : [];
};

export function featuresOf(nodule: Member): Member {
  return Object.fromEntries(Object.entries(nodule).filter(([name, value]) => isAnswered(value) && !ASIDE.includes(name)));
}

const keyOf = (nodule: Member, language: Language): string => `${language} ${JSON.stringify(Object.entries(featuresOf(nodule)).sort())}`;

/** What the server said of a nodule with exactly these features; undefined while it has not been asked. */
export const assessmentOf = (nodule: Member, language: Language): Lirads | undefined => known.get(keyOf(nodule, language));

/** Whether the server could not tell; it is asked again at the next change. */
export const hasFailed = (nodule: Member, language: Language): boolean => failed.has(keyOf(nodule, language));

const isTreated = (treatment: Json | undefined): treatment is string =>
  typeof treatment === 'string' && !NOT_LOCOREGIONAL.includes(treatment);

/** Ask for every nodule that has changed. */
export async function assess(nodules: Member[], language: Language): Promise<void> {
  failed.clear();
  const asked = nodules.filter(nodule => !assessmentOf(nodule, language));
  const answers = await Promise.allSettled(asked.map(nodule => postLirads(featuresOf(nodule), language)));
  answers.forEach((found, index) => {
    const nodule = asked[index];
    if (!nodule) return;
    if (found.status === 'fulfilled') known.set(keyOf(nodule, language), found.value);
    else failed.add(keyOf(nodule, language));
  });
  if (answers.length > 0) set({});
}

/** The category that was computed last for a nodule, by study and place: a chosen one that equals it follows it. */
const computed = new Map<string, string | null>();

/**
 * Take the computed category as the answer, as long as the reader has not chosen another.
 *
 * It comes when the last feature is answered, changes with the features, and goes when one is taken back.
 */
export function follow(nodules: Member[], language: Language): void {
  nodules.forEach((nodule, index) => {
    const found = assessmentOf(nodule, language);
    if (!found) return;
    const place = `${getState().studyUid} ${index}`;
    const before = computed.get(place);
    const now = found.missing.length > 0 ? null : found.category;
    computed.set(place, now);
    const chosen = nodule[CHOSEN] ?? null;
    if (chosen === now || (chosen !== null && chosen !== before)) return;
    if (now && now !== TREATED) known.set(keyOf({ ...nodule, [CHOSEN]: now }, language), { ...found, reason_needed: false });
    answer(GROUP, index, CHOSEN, now ?? undefined);
  });
}

export function useAssessments(language: Language, writes: boolean): void {
  const nodules = nodulesOf(getState().answers);
  const keys = nodules.map(nodule => keyOf(nodule, language)).join('\n');
  const unknown = nodules.filter(nodule => !assessmentOf(nodule, language)).length;
  useEffect(() => void assess(nodulesOf(getState().answers), language), [keys, language]);
  useEffect(() => {
    if (writes) follow(nodulesOf(getState().answers), language);
  }, [keys, language, unknown, writes]);
}

const needsReason = (nodule: Member, language: Language): boolean =>
  assessmentOf(nodule, language)?.reason_needed === true && !isAnswered(nodule[REASON]);

/** Paths of the reasons for another category than the computed one that are not there. */
export const missingReasons = (answers: Answers, language: Language): string[] =>
  nodulesOf(answers).flatMap((nodule, index) => (needsReason(nodule, language) ? [`${GROUP}.${index}.${REASON}`] : []));

/** Required answers that are not there, these reasons among them. */
export const requiredPaths = (schema: TemplateSchema, answers: Answers, language: Language): string[] => [
  ...missingPaths(schema, answers),
  ...missingReasons(answers, language),
];

/** The response that the features give, as the proposal for its item. */
export function proposedResponse(nodule: Member, language: Language): Record<string, Proposal | null> {
  const found = assessmentOf(nodule, language);
  if (!found?.response) return {};
  const text = found.steps.find(step => step.outcome === found.response)?.text ?? { en: '', pt: '' };
  return { [RESPONSE]: { value: found.response, text } };
}

/** Items that this nodule does not ask for; what is answered is always shown. */
export function hiddenItems(nodule: Member, language: Language): string[] {
  const hidden = [...unaskedOfTreatment(nodule.treatment, nodule.treatment_algorithm)];
  if (assessmentOf(nodule, language)?.reason_needed !== true) hidden.push(REASON);
  return hidden.filter(name => !isAnswered(nodule[name]));
}

function unaskedOfTreatment(treatment: Json | undefined, algorithm: Json | undefined): string[] {
  if (!isTreated(treatment)) return [...DETAILS_2018, ...DETAILS_2024, 'treatment_algorithm', 'treatment_response'];
  if (algorithm === 'tra_v2018') return DETAILS_2024;
  return RADIATION.includes(treatment) ? DETAILS_2018 : [...DETAILS_2018, 'masslike_enhancement_change'];
}
