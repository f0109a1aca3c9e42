/** The versions of the report: how far, who, when; and what differs between any two. */
import { useState, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { TEMPLATE } from '../id';
import { UNSAVED } from '../state';
import { getState, set } from '../store';
import type { Answers, ReportState, Template } from '../types/api';
import { filled } from '../words/reports';
import { Differences } from './Differences';
import { STATES, StateIcon } from './StateIcon';
import { moment, personName } from './times';

const SHOWN = 4;

interface Version {
  id: string;
  number: number | null;
  state: ReportState | null;
  who: string;
  when: string;
  answers: Answers;
}

export function Versions({ template }: { template: Template }): ReactElement {
  const { t } = useSurroundings();
  const [all, setAll] = useState(false);
  const versions = useVersions();
  const { compared } = getState();
  const chosen = versions.filter(one => compared.includes(one.id));
  const [to, from] = chosen.length === 2 ? chosen : [];
  const hidden = all ? 0 : Math.max(0, versions.length - SHOWN);
  return (
    <section className="p-sec" id="hepatia-versions" data-cy="versions">
      <header>
        <h3>{t('versions')}</h3>
        <span className="grow">{versions.length > 1 ? t('compareAny') : ''}</span>
      </header>
      {versions.length === 0 && <p className="help">{t('noVersions')}</p>}
      {versions.slice(0, versions.length - hidden).map(one => (
        <Row key={one.id} version={one} isChosen={compared.includes(one.id)} />
      ))}
      {hidden > 0 && (
        <button type="button" className="btn ghost" data-cy="older-versions" onClick={() => setAll(true)}>
          {filled(t('older'), { n: hidden })}
        </button>
      )}
      {from && to && <Differences template={template} before={from.answers} after={to.answers} from={heading(from)} to={heading(to)} />}
    </section>
  );
}

const heading = (one: Version): string => (one.number === null ? one.who : `${one.number} · ${one.who}`);

/** The newest first; what is in the form and not saved stands above all. */
function useVersions(): Version[] {
  const { info, me, dirty, answers } = getState();
  const { t, language } = useSurroundings();
  const ours = (info?.reports ?? []).filter(report => report.template === TEMPLATE);
  const saved = ours.map((report, index) => ({
    id: report.sop_instance_uid,
    number: index + 1,
    state: report.state,
    who: report.author_login === me?.user ? t('you') : personName(report.author),
    when: report.created ? moment(new Date(report.created), language) : '',
    answers: report.answers,
  }));
  const unsaved = { id: UNSAVED, number: null, state: null, who: t('you'), when: t('now'), answers };
  return [...(dirty ? [unsaved] : []), ...saved.reverse()];
}

function Row({ version, isChosen }: { version: Version; isChosen: boolean }): ReactElement {
  const { t } = useSurroundings();
  const { report } = getState();
  const isOpen = version.id === report?.sop_instance_uid;
  return (
    <button type="button" className={`ver${isChosen ? ' on' : ''}`} aria-pressed={isChosen} data-cy="version-row" onClick={() => choose(version.id)}>
      <span className="vn">{version.number ?? ''}</span>
      <span className={`state${isOpen ? ' strong' : ''}`}>
        <StateIcon state={version.state} />
        {t(version.state ? STATES[version.state] : 'unsavedVersion')}
      </span>
      <span className="grow t2 t12 nowrap">{version.who}</span>
      <span className="t11 t2 nowrap">{version.when}</span>
    </button>
  );
}

/** Two are compared: a third takes the place of the one that was chosen first. */
function choose(id: string): void {
  const { compared } = getState();
  set({ compared: compared.includes(id) ? compared.filter(one => one !== id) : [...compared, id].slice(-2) });
}
