/** What the features give by LI-RADS: the category or what it waits for, the table, the steps, what is suggested then. */
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Field } from '../form/Field';
import { suffix } from '../form/controls';
import { itemsOf, type Item } from '../form/model';
import { CHOSEN, GROUP, REASON, assessmentOf, hasFailed } from '../lirads';
import { answer, getState } from '../store';
import type { Say } from '../texts';
import type { Language, Lirads, Member } from '../types/api';
import { LiradsGrid } from './LiradsGrid';
import { LiradsSteps } from './LiradsSteps';

const ANNOUNCE_MS = 500;

interface CardProps {
  nodule: Member;
  index: number;
}

export function LiradsCard({ nodule, index }: CardProps): ReactElement {
  const { language, t } = useSurroundings();
  const current = assessmentOf(nodule, language);
  const last = useRef<Lirads | undefined>(undefined);
  if (current) last.current = current;
  // Until the answer to a change is here, the one before stays, dimmed: nothing jumps.
  const found = hasFailed(nodule, language) ? undefined : last.current;
  return (
    <div className="lrcard" role="group" aria-label="LI-RADS" data-cy="lirads-card" aria-busy={!current}>
      {found ? <Assessed {...{ found, nodule, index }} /> : <p className="help">{t(hasFailed(nodule, language) ? 'notComputed' : 'computing')}</p>}
    </div>
  );
}

function Assessed({ found, nodule, index }: CardProps & { found: Lirads }): ReactElement {
  const { writes } = useSurroundings();
  const [opened, open] = useState(false);
  const waits = found.missing.length > 0;
  const differs = typeof nodule[CHOSEN] === 'string' && (waits || nodule[CHOSEN] !== found.category);
  return (
    <>
      <Heading {...{ found, nodule, index, differs, opened }} onOpen={open} />
      {((opened && writes) || differs) && <Override {...{ nodule, index }} needsReason={found.reason_needed} />}
      {found.table && <LiradsGrid table={found.table} possible={waits ? found.possible : []} />}
      <LiradsSteps found={found} />
      {!waits && (
        <div className="suggested t11 t2">
          {found.management} · {found.reference}
        </div>
      )}
    </>
  );
}

interface HeadingProps extends CardProps {
  found: Lirads;
  /** Whether the reader chose another category. */
  differs: boolean;
  opened: boolean;
  onOpen: (open: boolean) => void;
}

function Heading({ found, nodule, index, differs, opened, onOpen }: HeadingProps): ReactElement {
  const { t, writes, language } = useSurroundings();
  const shown = differs ? String(nodule[CHOSEN]) : found.category;
  const waits = found.missing.length > 0;
  const use = differs && !waits ? found.category : null;
  return (
    <div className="line">
      <Announced text={spoken(found, differs ? shown : null, t, language)} />
      {waits && !differs ? (
        <span className="lr big waits" data-cy="lirads-computed">
          {waitingText(found, t)}
        </span>
      ) : (
        <span className={`lr lr-${suffix(shown ?? '')} big${differs ? ' own' : ''}`} data-cy={differs ? 'lirads-chosen' : 'lirads-computed'}>
          {shown}
        </span>
      )}
      <div className="grow">
        <div className="strong">{differs ? categoryTitle(shown ?? '', language) : waits ? <Waiting found={found} /> : found.title}</div>
        <div className="t11 t2">{differs ? <Chosen found={found} /> : `${waits ? '' : `${t('computed')} · `}${found.version}`}</div>
      </div>
      {writes && use && (
        <button
          type="button"
          className="btn"
          data-cy="use-computed"
          onClick={() => {
            answer(GROUP, index, CHOSEN, use);
            answer(GROUP, index, REASON, undefined);
            onOpen(false);
          }}
        >
          {t('use')} {use}
        </button>
      )}
      {writes && !differs && (
        <button type="button" className="btn" data-cy="override" aria-expanded={opened} onClick={() => onOpen(!opened)}>
          {t(opened ? 'back' : 'override')}
        </button>
      )}
    </div>
  );
}

function Chosen({ found }: { found: Lirads }): ReactElement {
  const { t } = useSurroundings();
  return (
    <>
      {t('chosen')} · {found.missing.length > 0 ? waitingText(found, t) : <>{t('computedWas')} <span data-cy="lirads-computed">{found.category}</span></>}
    </>
  );
}

function waitingText(found: Lirads, t: Say): string {
  const count = found.missing.length;
  return t(count === 1 ? 'waitsOne' : 'waits').replace('{n}', String(count));
}

/** The features that the category waits for, by name. */
function Waiting({ found }: { found: Lirads }): ReactElement {
  const { language, t } = useSurroundings();
  const names = found.missing.map(name => {
    const hints = nodulesItem(name)?.schema['x-hepatia'];
    return (hints?.short ?? hints?.title)?.[language] ?? name;
  });
  return (
    <span className="t12 waits-for">
      {t('waitsFor')}: {names.join(', ')}
    </span>
  );
}

function spoken(found: Lirads, chosen: string | null, t: Say, language: Language): string {
  if (chosen) return `${chosen}, ${categoryTitle(chosen, language)}, ${t('chosen')}`;
  return found.missing.length > 0 ? `LI-RADS: ${waitingText(found, t)}` : `${found.category}, ${found.title}, ${t('computed')}`;
}

/** Said once, when the changes have come to rest. */
function Announced({ text }: { text: string }): ReactElement {
  const [said, say] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => say(text), ANNOUNCE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return (
    <p className="unseen" role="status" aria-live="polite" data-cy="lirads-announced">
      {said}
    </p>
  );
}

/** Nine badges, and the reason for another than the computed. */
function Override({ nodule, index, needsReason }: CardProps & { needsReason: boolean }): ReactElement {
  const { problem } = getState();
  const names = [CHOSEN, ...(needsReason || nodule[REASON] ? [REASON] : [])];
  return (
    <div className="reason">
      {names.map(name => {
        const item = nodulesItem(name);
        return item && <Field key={name} group={GROUP} index={index} item={item} value={nodule[name]} problem={problem} titled={name === REASON} needed={name === REASON && needsReason} />;
      })}
    </div>
  );
}

function nodulesItem(name: string): Item | undefined {
  const group = getState().template?.schema.properties[GROUP];
  return group && itemsOf(group).find(item => item.name === name);
}

const categoryTitle = (category: string, language: Language): string =>
  nodulesItem(CHOSEN)?.schema['x-hepatia'].values[category]?.detail?.[language] ?? '';
