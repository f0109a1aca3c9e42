/** The panel: identity, tabs, body, footer. Its state is in the store. */
import { useEffect, useSyncExternalStore, type KeyboardEvent, type ReactElement } from 'react';
import { SurroundingsProvider, surroundings, useSurroundings } from '../context';
import { count, tabOf } from '../form/model';
import { Icon } from '../icons';
import { missingReasons, requiredPaths, useAssessments } from '../lirads';
import { watch } from '../segmentation/watch';
import * as store from '../store';
import { currentLanguage, say } from '../texts';
import type { Template } from '../types/api';
import type { Ohif } from '../types/ohif';
import { Flags } from './Flags';
import { Footer } from './Footer';
import { GroupSections } from './GroupSections';
import { Identity } from './Identity';
import { Masks, Phases } from './Exam';
import { Measured } from './Measured';
import { Nodules } from './Nodules';
import { FromTheImages } from './Patient';
import { guard } from './Leave';
import { Versions } from './Report';
import { RestoredMasks } from './RestoredMasks';
import { actions } from './actions';

const studyOfPage = (): string => new URLSearchParams(window.location.search).get('StudyInstanceUIDs')?.split(',')[0] ?? '';

export function Panel({ ohif }: { ohif: Ohif }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const language = currentLanguage();
  useEffect(() => {
    void store.open(studyOfPage());
    watch(ohif);
    guard(ohif);
  }, [ohif]);
  const { me, template, info } = state;
  if (!me || !template || !info) return <Loading problem={state.problem?.message ?? ''} />;
  return (
    <SurroundingsProvider value={surroundings(language, me.role, ohif)}>
      <Loaded template={template} />
    </SurroundingsProvider>
  );
}

function Loaded({ template }: { template: Template }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const { t, ohif, language } = useSurroundings();
  useAssessments(language);
  const keys = (event: KeyboardEvent): void => {
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key.toLowerCase() === 's') actions(ohif, t).save('draft');
    else if (event.key === 'F8') goToMissing(template, event.shiftKey);
    else if (event.altKey && (event.key === 'PageDown' || event.key === 'PageUp')) turnTab(template, event.key === 'PageDown' ? 1 : -1);
    else {
      // OHIF listens on the document: a digit typed here must not change its window.
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="hep panel" role="region" aria-label={t('panel')} data-cy="hepatia-panel" onKeyDown={keys}>
      <Identity />
      <Tabs template={template} />
      <div className="p-body" role="tabpanel" id="hepatia-tabpanel" aria-labelledby={`hepatia-tab-${state.tab}`}>
        {state.restored && <Restored />}
        <RestoredMasks />
        {state.problem && <Trouble message={state.problem.message} />}
        <Flags onGo={path => goTo(template, path)} />
        <Body template={template} />
      </div>
      <Footer template={template} onNextMissing={() => goToMissing(template, false)} />
    </div>
  );
}

function Body({ template }: { template: Template }): ReactElement {
  const { tab } = store.getState();
  const groups = template.schema['x-hepatia'].tabs.find(one => one.name === tab)?.groups ?? [];
  if (tab === 'nodules') return <Nodules template={template} />;
  const sections = groups.map(name => <GroupSections key={name} template={template} name={name} />);
  return (
    <>
      {tab === 'patient' && <FromTheImages />}
      {sections}
      {tab === 'exam' && (
        <>
          <Phases />
          <Masks />
        </>
      )}
      {tab === 'report' && <Measured template={template} group="liver" />}
      {tab === 'report' && <Versions />}
    </>
  );
}

function Tabs({ template }: { template: Template }): ReactElement {
  const { answers, tab } = store.getState();
  const { language, t } = useSurroundings();
  return (
    <div className="p-tabs" role="tablist">
      {template.schema['x-hepatia'].tabs.map(one => {
        const { answered, required: always } = count(template.schema, answers, one.groups);
        const required = always + missingReasons(answers, language).filter(path => one.groups.includes(path.split('.')[0] ?? '')).length;
        const full = required > 0 && answered === required;
        return (
          <button
            key={one.name}
            id={`hepatia-tab-${one.name}`}
            type="button"
            role="tab"
            className={`p-tab${tab === one.name ? ' on' : ''}`}
            aria-selected={tab === one.name}
            aria-controls="hepatia-tabpanel"
            data-cy={`tab-${one.name}`}
            onClick={() => store.set({ tab: one.name })}
          >
            {one.title[language]}
            <small className={full ? 'ok' : ''}>
              {full && <Icon name="check" />}
              {required > 0 ? `${answered} / ${required}` : t('none').toLowerCase()}
            </small>
            <span className="meter">
              <i className={full ? 'full' : ''} style={{ width: `${required > 0 ? (100 * answered) / required : 0}%` }} />
            </span>
          </button>
        );
      })}
    </div>
  );
}

function Restored(): ReactElement {
  const { t } = useSurroundings();
  return (
    <div className="note" data-cy="draft-restored">
      <Icon name="history" />
      <div>
        {t('restored')}
        <div className="acts">
          <button type="button" className="btn ghost" onClick={() => store.set({ restored: false })}>
            {t('keep')}
          </button>
          <button type="button" className="btn ghost" onClick={store.discardDraft}>
            {t('discard')}
          </button>
        </div>
      </div>
    </div>
  );
}

function Trouble({ message }: { message: string }): ReactElement {
  const { t } = useSurroundings();
  return (
    <div className="note e" role="alert" data-cy="problem">
      <Icon name="warn" />
      <div>
        {t('notSaved')} {message}
      </div>
    </div>
  );
}

function Loading({ problem }: { problem: string }): ReactElement {
  const t = say(currentLanguage());
  return (
    <div className="hep panel" role="region" aria-label={t('panel')} aria-busy={problem === ''}>
      {problem ? (
        <div className="note e" role="alert">
          <Icon name="warn" />
          <div>{problem}</div>
        </div>
      ) : (
        [180, 240, 120, 210].map(width => <div key={width} className="skeleton" style={{ width }} />)
      )}
    </div>
  );
}

/** Go to the next (or previous) required answer that is not there: its tab, its nodule, its control. */
function goToMissing(template: Template, backwards: boolean): void {
  const missing = requiredPaths(template.schema, store.getState().answers, currentLanguage());
  const path = backwards ? missing.at(-1) : missing[0];
  if (path) goTo(template, path);
}

/** Show the control of an item, on its tab; of a repeated group, of the member that the path names or that is shown. */
function goTo(template: Template, path: string): void {
  const tab = tabOf(template.schema, path);
  const index = Number(path.split('.')[1]);
  if (tab) store.set({ tab, ...(tab === 'nodules' && Number.isInteger(index) ? { nodule: index } : {}) });
  requestAnimationFrame(() => {
    const item = document.querySelector(`[data-path="${CSS.escape(path)}"]`);
    item?.scrollIntoView({ block: 'center' });
    item?.querySelector<HTMLElement>('input, select, textarea, [tabindex]')?.focus();
  });
}

function turnTab(template: Template, step: number): void {
  const tabs = template.schema['x-hepatia'].tabs.map(one => one.name);
  const next = tabs[(tabs.indexOf(store.getState().tab) + step + tabs.length) % tabs.length];
  if (next) store.set({ tab: next });
}
