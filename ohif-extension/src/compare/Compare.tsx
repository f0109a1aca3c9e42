/** Two readings of one study beside each other, for those who may see both. */
import { useMemo, useState, type ReactElement } from 'react';
import { getReadings, getStudy } from '../client';
import { address } from '../id';
import { Page } from '../pages/Page';
import { State } from '../pages/State';
import { go, parse, useQuery, valueOf, withValue, write, type Filters } from '../pages/filters';
import { useLanguage } from '../pages/language';
import { decimal } from '../pages/numbers';
import { followed } from '../pages/opening';
import { addStyles } from '../styles';
import { words, type PageText } from '../pages/texts';
import { useLoaded, type Loaded } from '../pages/useLoaded';
import { dateOf, moment, personName } from '../panels/times';
import styles from '../styles/compare.css?inline';
import type { Language, Member, ReportInfo, StudyInfo } from '../types/api';
import { Answers } from './Answers';
import { Images } from './Images';
import { TOLERANCE, agreement, compared } from './comparing';
import { counted, dice, noduleOf } from './masks';
import { structuresOf } from './structures';
import { useMasks } from './useMasks';

addStyles('compare', styles);

interface Both {
  info: StudyInfo;
  readings: ReportInfo[];
}

const STUDY = 'StudyInstanceUIDs';
const MILLIMETRES = [0, 1, 2, 3, 5];

async function fetchBoth(studyUid: string): Promise<Both> {
  const [info, readings] = await Promise.all([getStudy(studyUid), getReadings(studyUid)]);
  return { info, readings };
}

export function Compare(): ReactElement {
  const language = useLanguage();
  const query = useQuery();
  const filters = parse(query);
  const t = words(language);
  const [loaded, problem] = useLoaded(valueOf(filters, STUDY), language, fetchBoth);
  return (
    <Page name="compare" me={loaded?.me ?? null} {...{ query: '', problem, language, t }}>
      {loaded && <Main {...{ loaded, filters, language, t }} />}
    </Page>
  );
}

interface MainProps {
  loaded: Loaded<Both>;
  filters: Filters;
  language: Language;
  t: PageText;
}

function Main({ loaded, filters, language, t }: MainProps): ReactElement {
  const { info, readings } = loaded.data;
  const ofLogin = (name: string): ReportInfo | undefined => readings.find(one => one.author_login === valueOf(filters, name));
  const a = ofLogin('a') ?? readings.find(one => one !== ofLogin('b'));
  const b = ofLogin('b') ?? readings.find(one => one !== a);
  const facts = [info.sex, info.age === null ? null : `${info.age} ${t('years')}`, dateOf(info.study_date, language)].filter(Boolean).join(' · ');
  const viewer = address(`/ohif/hepatia?StudyInstanceUIDs=${valueOf(filters, STUDY)}`);
  const title = (
    <div>
      <h1>
        {info.patient_id} <span className="t2">{facts}</span>
      </h1>
      <span className="t12 t2">
        {t('twoReadings')} · <a href={viewer} onClick={followed}>{t('openStudy')}</a>
      </span>
    </div>
  );
  if (!a || !b || a === b) {
    return (
      <main>
        {title}
        <p className="t2">{t('oneReading')}</p>
      </main>
    );
  }
  return <Comparison {...{ loaded, filters, language, t, a, b, title }} />;
}

function Comparison({ loaded, filters, language, t, a, b, title }: MainProps & { a: ReportInfo; b: ReportInfo; title: ReactElement }): ReactElement {
  const { template, data } = loaded;
  const masks = useMasks(a, b);
  const mm = Number(valueOf(filters, 'tolerance') || TOLERANCE.mm);
  const parts = useMemo(() => {
    const share = (one: Member, other: Member): number => (masks ? (dice(counted(masks, noduleOf(masks, '', one, other))) ?? 0) : 0);
    return compared(template, a.answers, b.answers, { ...TOLERANCE, mm }, share);
  }, [template, a, b, mm, masks]);
  const structures = useMemo(() => (masks ? structuresOf(masks, parts, language, t) : []), [masks, parts, language]);
  const [wanted, setWanted] = useState('');
  const chosen = structures.find(one => one.structure.key === wanted) ?? structures[0];
  const { agree, of } = agreement(parts);
  const figures = useMemo(() => structures.map(one => [one.name, masks ? dice(counted(masks, one.structure)) : null] as const), [masks, structures]);
  return (
    <main>
      <header className="cmphead">
        {title}
        <Reader side="a" report={a} {...{ data, filters, language, t }} />
        <Reader side="b" report={b} {...{ data, filters, language, t }} />
        <dl className="sum">
          <Figure title={t('answersAgree')} value={String(agree)} of={String(of)} />
          {figures.slice(-3).map(([name, value]) => value !== null && <Figure key={name} title={`${t('diceOf')}, ${name}`} value={decimal(value, 3)} />)}
        </dl>
      </header>
      <div className={masks && chosen ? 'cbody' : ''}>
        {masks && chosen && <Images studyUid={valueOf(filters, STUDY)} {...{ masks, structures, chosen, t }} onChoose={setWanted} />}
        <section className="ct">
          <p className="line t12 t2">
            <label className="line">
              {t('tolerance')}
              <select className="btn" value={mm} data-cy="tolerance" onChange={event => go(withValue(filters, 'tolerance', event.target.value))}>
                {[...new Set([...MILLIMETRES, mm])].map(one => (
                  <option key={one} value={one}>
                    {one} mm
                  </option>
                ))}
              </select>
            </label>
            {structures.length === 0 && <span>{t('noMasks')}</span>}
          </p>
          <Answers {...{ parts, a, b, template, language, t }} structure={chosen?.structure.key ?? ''} onShow={chosen ? setWanted : null} />
        </section>
      </div>
    </main>
  );
}

const Figure = ({ title, value, of }: { title: string; value: string; of?: string }): ReactElement => (
  <div>
    <dt>{title}</dt>
    <dd>
      {value} {of && <span>/ {of}</span>}
    </dd>
  </div>
);

interface ReaderProps {
  side: 'a' | 'b';
  report: ReportInfo;
  data: Both;
  filters: Filters;
  language: Language;
  t: PageText;
}

/** Who has read, and when; of more than two, which one is compared. */
function Reader({ side, report, data, filters, language, t }: ReaderProps): ReactElement {
  const choose = (login: string): void => {
    const kept = [...filters.filter(([name]) => name !== side), [side, login] as const];
    go(parse(write(kept)));
  };
  return (
    <div className={`rdr ${side}`} data-cy={`reader-${side}`}>
      <span className="av" aria-hidden="true">
        {side.toUpperCase()}
      </span>
      <span className="grow">
        {data.readings.length > 2 ? (
          <select className="btn" value={report.author_login} aria-label={side.toUpperCase()} onChange={event => choose(event.target.value)}>
            {data.readings.map(one => (
              <option key={one.author_login} value={one.author_login}>
                {personName(one.author)}
              </option>
            ))}
          </select>
        ) : (
          <b>{personName(report.author)}</b>
        )}{' '}
        <span className="t2">{t(`role.${report.role}`)}</span>
        <span className="t11 t2 under">{report.created ? moment(new Date(report.created), language) : ''}</span>
      </span>
      <State state={report.state} language={language} />
    </div>
  );
}
