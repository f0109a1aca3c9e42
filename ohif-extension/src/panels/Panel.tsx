/** The panel: identity, tabs, body, footer. Its state is in the store. */
import { useEffect, useSyncExternalStore, type ReactElement } from 'react';
import { SurroundingsProvider, surroundings, useSurroundings } from '../context';
import { useLanguage } from '../language';
import { fetchParts, later } from '../later';
import { useAssessments } from '../lirads';
import { watch } from '../segmentation/watch';
import * as store from '../store';
import type { Template } from '../types/api';
import type { Ohif } from '../types/ohif';
import { Flags } from './Flags';
import { Footer } from './Footer';
import { GroupSections } from './GroupSections';
import { Identity } from './Identity';
import { guard } from './Leave';
import { Loading } from './Loading';
import { Notes } from './Notes';
import { FromTheImages } from './Patient';
import { Tabs } from './Tabs';
import { isLocked } from './commands';
import { pressed } from './keyboard';
import { goTo } from './moving';

const Exam = later(async () => (await import('./Exam')).Exam);
const Meetings = later(async () => (await import('./Meetings')).Meetings);
const Measured = later(async () => (await import('./Measured')).Measured);
const Nodules = later(async () => (await import('./Nodules')).Nodules);
const RestoredMasks = later(async () => (await import('./RestoredMasks')).RestoredMasks);
const Priors = later(async () => (await import('./Priors')).Priors);
const Versions = later(async () => (await import('./Versions')).Versions);

const studyOfPage = (): string => new URLSearchParams(window.location.search).get('StudyInstanceUIDs')?.split(',')[0] ?? '';

export function Panel({ ohif }: { ohif: Ohif }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const language = useLanguage();
  useEffect(() => {
    void store.open(studyOfPage());
    watch(ohif);
    guard(ohif);
  }, [ohif]);
  const { me, template, info } = state;
  if (!me || !template || !info) return <Loading problem={state.problem?.message ?? ''} />;
  return (
    <SurroundingsProvider value={surroundings(language, me.role, ohif, isLocked())}>
      <Loaded template={template} />
    </SurroundingsProvider>
  );
}

function Loaded({ template }: { template: Template }): ReactElement {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const { t, ohif, language, writes } = useSurroundings();
  useAssessments(language, writes);
  useEffect(() => void fetchParts(), []);
  return (
    <div
      className={`hep panel${isLocked() ? ' finished' : ''}`}
      lang={language === 'pt' ? 'pt-BR' : 'en'}
      role="region"
      aria-label={t('panel')}
      data-cy="hepatia-panel"
      onKeyDown={event => pressed(event, ohif, template)}
    >
      <Identity />
      <Tabs template={template} />
      <div className="p-body" role="tabpanel" id="hepatia-tabpanel" aria-labelledby={`hepatia-tab-${state.tab}`}>
        <Notes template={template} />
        <RestoredMasks />
        <Meetings />
        <Flags onGo={path => goTo(template, path)} />
        <Body template={template} />
      </div>
      <Footer template={template} />
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
      {tab === 'patient' && <Priors />}
      {tab === 'exam' && <Exam />}
      {tab === 'report' && <Measured template={template} group="liver" />}
      {tab === 'report' && <Versions template={template} />}
    </>
  );
}
