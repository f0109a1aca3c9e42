/** The panel: identity, tabs, body, footer. Its state is in the store. */
import { useEffect, useSyncExternalStore, type ReactElement } from 'react';
import { SurroundingsProvider, surroundings, useSurroundings } from '../context';
import { Icon } from '../icons';
import { useAssessments } from '../lirads';
import * as store from '../store';
import { useLanguage } from '../language';
import { say } from '../texts';
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
import { Versions } from './Report';
import { Tabs } from './Tabs';
import { pressed } from './keyboard';
import { goTo, goToMissing } from './moving';

const studyOfPage = (): string => new URLSearchParams(window.location.search).get('StudyInstanceUIDs')?.split(',')[0] ?? '';

export function Panel({ ohif }: { ohif: Ohif }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const language = useLanguage();
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
    <SurroundingsProvider value={surroundings(language, me.role, ohif)}>
      <Loaded template={template} />
    </SurroundingsProvider>
  );
}

function Loaded({ template }: { template: Template }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const { t, ohif, language, writes } = useSurroundings();
  useAssessments(language, writes);
  return (
    <div className="hep panel" lang={language === 'pt' ? 'pt-BR' : 'en'} role="region" aria-label={t('panel')} data-cy="hepatia-panel" onKeyDown={event => pressed(event, ohif, template)}>
      <Identity />
      <Tabs template={template} />
      <div className="p-body" role="tabpanel" id="hepatia-tabpanel" aria-labelledby={`hepatia-tab-${state.tab}`}>
        {state.restored && <Restored />}
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
  const t = say(useLanguage());
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
