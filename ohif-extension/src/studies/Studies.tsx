/** The study list: every study that has arrived, read or not, with how far its reading is. */
import { useEffect, useState, type ReactElement } from 'react';
import { getFacets, getFound } from '../client';
import { address } from '../id';
import { Assign, useAssigning } from '../pages/Assign';
import { Page } from '../pages/Page';
import { Table, paged } from '../pages/Table';
import { Tokens } from '../pages/Tokens';
import { COLUMNS, Open, type Column } from '../pages/exam';
import { isFilter, parse, useEscape, useQuery, write, type Filters } from '../pages/filters';
import { useLanguage } from '../pages/language';
import { addStyles } from '../styles';
import { counted, words, type PageText } from '../pages/texts';
import { useLoaded, type Loaded } from '../pages/useLoaded';
import styles from '../styles/studies.css?inline';
import type { Exam, FacetsData, FoundPage, Language } from '../types/api';
import { Chosen, ChooseAll, ChooseOne } from './Chosen';
import { FilterRow } from './FilterRow';
import { Find } from './Find';
import { OpenWith } from './OpenWith';
import { OHIF_LIST, chooseOurs } from './address';
import { grouped } from '../pages/numbers';

interface Listed {
  facets: FacetsData;
  found: FoundPage;
}

addStyles('studies', styles);

async function fetchStudies(asked: string, language: Language): Promise<Listed> {
  const filters = parse(asked);
  const [facets, found] = await Promise.all([getFacets(write(filters.filter(isFilter)), language), getFound(write(paged(filters)), language)]);
  return { facets, found };
}

export function Studies(): ReactElement {
  const language = useLanguage();
  const query = useQuery();
  const filters = parse(query);
  const t = words(language);
  const [loaded, problem, again] = useLoaded(write(filters), language, fetchStudies);
  useEscape(query);
  useEffect(chooseOurs, []);
  return (
    <Page name="studies" me={loaded?.me ?? null} {...{ query, problem, language, t }}>
      {loaded && <Main key={query} {...{ loaded, again, filters, language, t }} />}
    </Page>
  );
}

interface MainProps {
  loaded: Loaded<Listed>;
  again: () => void;
  filters: Filters;
  language: Language;
  t: PageText;
}

function Main({ loaded, again, filters, language, t }: MainProps): ReactElement {
  const { template, me } = loaded;
  const { found, facets } = loaded.data;
  const { age, date, description, state, lirads, nodules, phases, masks, reader } = COLUMNS;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [refusal, onDone] = useAssigning(again, t);
  const assign = (exams: Exam[]): ReactElement => <Assign {...{ exams, me, t, onDone }} />;
  const assigned: Column = { ...reader, cell: exam => <span className="line readers-of">{reader.cell(exam, language)}{assign([exam])}</span> };
  return (
    <main>
      {refusal}
      <div className="line acts">
        <h1 className="grow" data-cy="total" role="status">
          <b>{grouped(found.total)}</b> {counted(found.total, 'studiesCount', t)} <span className="t2">{t('of')}</span> <b>{grouped(facets.patients)}</b> {counted(facets.patients, 'patients', t)}
        </h1>
        <Chosen {...{ chosen, setChosen, t }}>{assign(found.items.filter(one => chosen.has(one.study_instance_uid)))}</Chosen>
        <Find filters={filters} t={t} />
        <a className="btn" href={OHIF_LIST}>
          {t('ohifList')}
        </a>
      </div>
      <Tokens filters={filters} template={template} language={language} t={t} />
      <Table
        {...{ found, filters, language, t }}
        columns={[date, age, description, state, lirads, nodules, phases, masks, assigned]}
        filtered={<FilterRow first={<ChooseAll exams={found.items} {...{ me, chosen, setChosen, t }} />} facets={facets.facets} {...{ filters, me, template, language, t }} />}
        first={exam => (
          <span className="line">
            <ChooseOne {...{ exam, me, chosen, setChosen, t }} />
            <Open exam={exam} address={address(exam.viewer)} />
          </span>
        )}
        last={exam => <OpenWith exam={exam} me={me} t={t} />}
      />
      {found.total === 0 && <p className="t2">{t(filters.some(isFilter) ? 'none' : 'empty')}</p>}
    </main>
  );
}
