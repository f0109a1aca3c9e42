/** The panel: identity, tabs, body, footer. Its state is in the store. */
import { useEffect, useSyncExternalStore, type KeyboardEvent, type ReactElement } from 'react';
import { SurroundingsProvider, surroundings, useSurroundings } from '../context';
import { count } from '../form/model';
import { Icon } from '../icons';
import { missingReasons, useAssessments } from '../lirads';
import * as store from '../store';
import { currentLanguage } from '../texts';
import type { Template } from '../types/api';
import type { Ohif } from '../types/ohif';
import { Flags } from './Flags';
import { Footer } from './Footer';
import { GroupSections } from './GroupSections';
import { Identity } from './Identity';
import { Masks, Phases } from './Exam';
import { Measured } from './Measured';
import { Loading } from './Loading';
import { Nodules } from './Nodules';
import { Notes } from './Notes';
import { FromTheImages } from './Patient';
import { Priors } from './Priors';
import { Versions } from './Versions';
import * as commands from './commands';
import { goTo } from './going';

const studyOfPage = (): string => new URLSearchParams(window.location.search).get('StudyInstanceUIDs')?.split(',')[0] ?? '';

export function Panel({ ohif }: { ohif: Ohif }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const language = currentLanguage();
  useEffect(() => {
    void store.open(studyOfPage());
    const { segmentationService } = ohif.servicesManager.services;
    const event = segmentationService.EVENTS.SEGMENTATION_DATA_MODIFIED ?? 'event::segmentation_data_modified';
    const changed = segmentationService.subscribe(event, () => store.set({ maskDirty: true }));
    return () => changed.unsubscribe();
  }, [ohif]);
  const { me, template, info } = state;
  if (!me || !template || !info) return <Loading problem={state.problem?.message ?? ''} />;
  return (
    <SurroundingsProvider value={surroundings(language, me.role, ohif, commands.isLocked())}>
      <Loaded template={template} />
    </SurroundingsProvider>
  );
}

function Loaded({ template }: { template: Template }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const { t, ohif, language } = useSurroundings();
  useAssessments(language);
  const keys = (event: KeyboardEvent): void => {
    const command = commandOf(event);
    if (command) {
      event.preventDefault();
      command(ohif);
    }
    // OHIF listens on the document: a digit typed here must not change its window.
    event.stopPropagation();
  };
  return (
    <div className={`hep panel${commands.isLocked() ? ' finished' : ''}`} role="region" aria-label={t('panel')} data-cy="hepatia-panel" onKeyDown={keys}>
      <Identity />
      <Tabs template={template} />
      <div className="p-body" role="tabpanel" id="hepatia-tabpanel" aria-labelledby={`hepatia-tab-${state.tab}`}>
        <Notes template={template} />
        <Flags onGo={path => goTo(template, path)} />
        <Body template={template} />
      </div>
      <Footer template={template} />
    </div>
  );
}

/** The keys of the panel; the same work in the whole mode. */
function commandOf(event: KeyboardEvent): ((ohif: Ohif) => void) | null {
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === 's') return commands.saveReport;
  if (control && event.key === 'Enter') return event.shiftKey ? commands.verifyReport : commands.completeReport;
  if (event.key === 'F8') return event.shiftKey ? commands.previousMissing : commands.nextMissing;
  if (event.altKey && event.key === 'PageDown') return commands.nextTab;
  if (event.altKey && event.key === 'PageUp') return commands.previousTab;
  return null;
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
      {tab === 'patient' && <Priors />}
      {tab === 'exam' && (
        <>
          <Phases />
          <Masks />
        </>
      )}
      {tab === 'report' && <Measured template={template} group="liver" />}
      {tab === 'report' && <Versions template={template} />}
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
