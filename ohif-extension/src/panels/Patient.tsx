/** What the images themselves say of the patient; read-only. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { getState } from '../store';

export function FromTheImages(): ReactElement {
  const { info, priors } = getState();
  const { t } = useSurroundings();
  const sex = info?.sex === 'M' ? t('male') : info?.sex === 'F' ? t('female') : '–';
  return (
    <section className="p-sec">
      <header>
        <h3>{t('fromImages')}</h3>
      </header>
      <dl className="facts">
        <Fact title={t('sex')} value={sex} />
        <Fact title={t('age')} value={info?.age === null ? '–' : `${info?.age} ${t('years')}`} />
        {Array.isArray(priors) && <Fact title={t('examsHere')} value={String(priors.length + 1)} />}
        <div title={t('shiftedHelp')}>
          <dt className="t11 t2">{t('dates')}</dt>
          <dd>{t('shifted')}</dd>
        </div>
      </dl>
    </section>
  );
}

const Fact = ({ title, value }: { title: string; value: string }): ReactElement => (
  <div>
    <dt className="t11 t2">{title}</dt>
    <dd>{value}</dd>
  </div>
);
