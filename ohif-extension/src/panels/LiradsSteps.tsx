/** The steps of the reasoning: what was passed before the table in one line, the deciding step last; all of them on demand. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import type { Lirads } from '../types/api';

/** Steps that are no question before the table. */
const NO_GATE = ['version', 'unsure', 'growth', 'column', 'row', 'split', 'ancillary', 'tie_break', 'final_check', 'treated', 'response', 'incomplete'];
/** What is said elsewhere on the card, and what holds only once every feature is answered. */
const ASIDE = ['version', 'final_check'];
const OF_TABLE = ['column', 'row', 'split', 'ancillary', 'tie_break'];

interface Line {
  text: string;
  decides: boolean;
}

export function LiradsSteps({ found }: { found: Lirads }): ReactElement {
  const { language, t } = useSurroundings();
  return (
    <>
      <ol className="steps">
        {linesOf(found, language, t('noGate')).map(line => (
          <li key={line.text}>
            <span className={line.decides ? 'ok' : 't2'}>
              <Icon name="check" />
            </span>
            <span className={line.decides ? 'decides' : ''}>{line.text}</span>
          </li>
        ))}
      </ol>
      <details className="why" data-cy="lirads-explanation">
        <summary>{t('everyStep')}</summary>
        <ol className="steps">
          {found.explanation.map(sentence => (
            <li key={sentence}>
              <span />
              <span>{sentence}</span>
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

export function linesOf(found: Lirads, language: 'en' | 'pt', noGate: string): Line[] {
  const waits = found.missing.length > 0;
  const isPassedGate = (step: Lirads['steps'][number]): boolean => !NO_GATE.includes(step.step) && step.outcome === 'passed';
  const decided = found.steps.some(step => !NO_GATE.includes(step.step) && step.outcome !== 'passed');
  const lines = found.steps
    .filter(step => !ASIDE.includes(step.step) && !isPassedGate(step) && !(waits && OF_TABLE.includes(step.step)))
    .map(step => ({ text: step.text[language], decides: false }));
  const untreated = found.table !== null && !decided;
  const all = untreated ? [{ text: noGate, decides: false }, ...lines] : lines;
  return all.map((line, at) => ({ ...line, decides: !waits && at === all.length - 1 }));
}
