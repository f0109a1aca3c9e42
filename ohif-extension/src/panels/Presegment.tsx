/** Pre-segmentation: the button, the model, and the jobs under way. */
import { useEffect, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import * as presegmentation from '../presegment';
import { getState } from '../store';
import type { Say, TextKey } from '../texts';
import type { Job, Model } from '../types/api';
import { Badge, phaseOf } from './Phase';

const STEPS: Record<string, TextKey> = {
  starting: 'stepReading',
  reading: 'stepReading',
  loading: 'stepReading',
  resampling: 'stepInference',
  segmenting: 'stepInference',
  inference: 'stepInference',
  command: 'stepInference',
  writing: 'stepStoring',
  storing: 'stepStoring',
  'waiting for MONAI Label': 'stepServer',
};

export function Presegment(): ReactElement | null {
  const { t, ohif } = useSurroundings();
  useEffect(() => {
    void presegmentation.open(ohif);
    return presegmentation.close;
  }, [ohif]);
  const { models, jobs, problem, chosen, isToLoad } = presegmentation.getPresegmentation();
  if (!models) return null;
  const model = models.models.find(one => one.name === chosen) ?? models.models[0];
  if (models.state === 'off' || !model) return <p className="help" data-cy="presegment-off">{t('aiOff')}</p>;
  return (
    <div className="preseg" data-cy="presegment-section">
      {jobs.map(job => (
        <JobRow key={job.job} job={job} />
      ))}
      <div className="line">
        <button
          type="button"
          className="btn"
          disabled={models.state === 'down'}
          data-cy="presegment"
          onClick={() => void presegmentation.presegment(ohif, t, model.name)}
        >
          <Icon name="wand" small />
          {t('presegment')}
          <kbd>P</kbd>
        </button>
        {models.models.length > 1 && <Choice models={models.models} chosen={model} onChoose={presegmentation.chooseModel} />}
      </div>
      {models.state === 'starting' && <p className="help" data-cy="presegment-state">{t('aiStarting')}</p>}
      {models.state === 'down' && <p className="help warn" data-cy="presegment-state">{t('aiDown')}</p>}
      <p className="help" data-cy="presegment-model">
        {[`${model.name} ${model.version}`, model.description, model.licence].filter(Boolean).join(' · ')}
      </p>
      {isToLoad && <p className="help" role="status" data-cy="presegment-stored">{t('maskStored')}</p>}
      {problem && <p className="help err" role="alert" data-cy="presegment-problem">{problem}</p>}
    </div>
  );
}

function Choice({ models, chosen, onChoose }: { models: Model[]; chosen: Model; onChoose: (name: string) => void }): ReactElement {
  const { t } = useSurroundings();
  return (
    <select className="field" aria-label={t('model')} value={chosen.name} data-cy="presegment-choice" onChange={event => onChoose(event.target.value)}>
      {models.map(one => (
        <option key={one.name} value={one.name}>
          {one.name} {one.version}
        </option>
      ))}
    </select>
  );
}

function JobRow({ job }: { job: Job }): ReactElement {
  const { t } = useSurroundings();
  const percent = Math.round(100 * job.progress);
  const series = getState().info?.series.find(one => one.series_instance_uid === job.parameters.series);
  const failed = job.state === 'failed';
  const left = presegmentation.secondsLeft(job);
  return (
    <div className="job" data-cy="job">
      <div className="line">
        <Badge phase={phaseOf(series)} />
        <span className="grow strong t12 what" title={series?.description ?? ''}>
          {t('presegment')} · {job.parameters.model}
        </span>
        {!failed && <span className="t12 num" data-cy="job-percent">{percent} %</span>}
        <button
          type="button"
          className="btn icon bare"
          aria-label={failed ? t('dismiss') : t('cancel')}
          title={failed ? t('dismiss') : t('cancel')}
          data-cy="job-cancel"
          onClick={() => (failed ? presegmentation.dismiss(job.job) : void presegmentation.cancel(job.job))}
        >
          <Icon name="close" small />
        </button>
      </div>
      {!failed && (
        <div className="bar" role="progressbar" aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} aria-label={t('presegment')}>
          <i style={{ width: `${percent}%` }} />
        </div>
      )}
      <div className={`line t11 ${failed ? 'err' : 't2'}`}>
        <span className="grow" role="status" data-cy="job-step">
          {failed ? (job.error?.code === 'cancelled' ? t('cancelled') : job.error?.message) : stepOf(job, t)}
        </span>
        {!failed && left !== null && <span data-cy="job-left">{t('secondsLeft').replace('{s}', String(left))}</span>}
      </div>
    </div>
  );
}

function stepOf(job: Job, t: Say): string {
  if (job.place > 0) return `${t('inQueue')} ${job.place}`;
  const key = STEPS[job.step];
  return key ? t(key) : job.step;
}
