/** The nodules: ways to add one, a table, and the editor of the chosen one. */
import { useEffect, type ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Field } from '../form/Field';
import { LiverMap } from '../form/LiverMap';
import { itemsOf, membersOf } from '../form/model';
import { Icon } from '../icons';
import { GROUP, nodulesOf } from '../lirads';
import { drawnLengths } from '../segmentation/lengths';
import * as nodules from '../segmentation/nodules';
import { carryOver, getState, set } from '../store';
import type { Template } from '../types/api';
import { actions } from './actions';
import { Choices, type Choice } from './Choices';
import { NoduleEditor } from './NoduleEditor';
import { NoduleTable } from './NoduleTable';

export function Nodules({ template }: { template: Template }): ReactElement {
  const { answers, nodule } = getState();
  const { t, writes } = useSurroundings();
  useLengths();
  const described = nodulesOf(answers);
  const chosen = described[nodule];
  return (
    <>
      <section className="p-sec">
        <header>
          <h3>{t('nodules')}</h3>
          <span className="grow">{described.length > 0 && <Described />}</span>
          {writes && described.length > 0 && <Adding />}
        </header>
        {described.length > 0 ? <NoduleTable template={template} nodules={described} chosen={nodule} /> : <Empty template={template} />}
        <Removed />
        {writes && <Undescribed />}
      </section>
      {chosen && <NoduleEditor template={template} nodule={chosen} index={nodule} />}
    </>
  );
}

/** Lengths are drawn in the viewport: the panel follows them. */
function useLengths(): void {
  const { ohif } = useSurroundings();
  useEffect(() => {
    const service = ohif.servicesManager.services.measurementService;
    const names = ['MEASUREMENT_ADDED', 'RAW_MEASUREMENT_ADDED', 'MEASUREMENT_UPDATED', 'MEASUREMENT_REMOVED', 'MEASUREMENTS_CLEARED'];
    const subscriptions = names.flatMap(name => (service?.EVENTS[name] ? [service.subscribe(service.EVENTS[name], () => set({}))] : []));
    return () => subscriptions.forEach(one => one.unsubscribe());
  }, [ohif]);
}

function Described(): ReactElement {
  const { answers } = getState();
  const { t } = useSurroundings();
  const count = Array.isArray(answers.liver) ? undefined : answers.liver?.nodule_count;
  const described = nodulesOf(answers).length;
  return <>{typeof count === 'number' ? `${described} ${t('describedOf')} ${count}` : `${described} ${t('described')}`}</>;
}

function Adding(): ReactElement {
  const { busy } = getState();
  const { t, ohif } = useSurroundings();
  return (
    <>
      <button type="button" className="btn" disabled={busy} data-cy="add-nodule" onClick={() => actions(ohif, t).run(() => nodules.addNodule(ohif))}>
        <Icon name="plus" small />
        {t('add')}
        <kbd>A</kbd>
      </button>
      <Choices label={t('moreWays')} name="add-otherwise" choices={useOtherWays()}>
        <Icon name="down" small />
      </Choices>
    </>
  );
}

function useOtherWays(): Choice[] {
  const { t, ohif } = useSurroundings();
  const { run } = actions(ohif, t);
  const [length] = drawnLengths(ohif);
  const { priors, answers } = getState();
  const here = nodulesOf(answers).map(one => one.tracking_uid);
  const lesions = (Array.isArray(priors) ? priors : []).flatMap(one => one.nodules).filter(one => one.tracking_uid && !here.includes(one.tracking_uid));
  const seen = lesions.filter((one, index) => lesions.findIndex(other => other.tracking_uid === one.tracking_uid) === index);
  return [
    { name: 'add-from-length', label: `${t('fromLength')}${length ? ` · ${length.mm.toFixed(1)} mm` : ''}`, run: () => run(() => fromLength(t('drawLength'))) },
    ...seen.map(one => ({
      name: `add-from-prior-${one.tracking_uid}`,
      label: [t('fromPrior'), one.location.join(', '), one.diameter_mm && `${one.diameter_mm} mm`].filter(Boolean).join(' · '),
      run: () => carryOver(one),
    })),
    { name: 'add-empty', label: t('emptyNodule'), run: () => run(nodules.addEmpty) },
  ];

  async function fromLength(problem: string): Promise<void> {
    if (!length) throw new Error(problem);
    await nodules.addFromLength(length);
  }
}

function Empty({ template }: { template: Template }): ReactElement {
  const { answers, busy, problem } = getState();
  const { t, ohif, writes } = useSurroundings();
  const liver = template.schema.properties.liver;
  const count = liver && itemsOf(liver).find(one => one.name === 'nodule_count');
  const map = template.schema.properties[GROUP];
  const location = map && itemsOf(map).find(one => one.schema['x-hepatia'].control === 'liver_map');
  const others = useOtherWays();
  return (
    <div className="nothing" data-cy="no-nodules">
      {location && (
        <div className="quiet" aria-hidden="true" {...{ inert: '' }}>
          <LiverMap schema={location.schema} value={[]} path="" id="empty-map" describedBy={undefined} invalid={false} required={false} onChange={() => undefined} />
        </div>
      )}
      <b>{t('noNodules')}</b>
      <p className="help">{t('paintOne')}</p>
      {writes && (
        <div className="ways">
          <button type="button" className="btn primary" disabled={busy} data-cy="add-nodule" onClick={() => actions(ohif, t).run(() => nodules.addNodule(ohif))}>
            <Icon name="mask" small />
            {t('newSegment')}
            <kbd>A</kbd>
          </button>
          {others.map(one => (
            <button key={one.name} type="button" className="btn" disabled={busy} data-cy={one.name} onClick={one.run}>
              {one.label}
            </button>
          ))}
        </div>
      )}
      {liver && count && (
        <Field group="liver" index={null} item={count} value={membersOf(answers, 'liver', liver)[0]?.nodule_count} problem={problem} />
      )}
    </div>
  );
}

/** What was just removed can be taken back for some seconds. */
function Removed(): ReactElement | null {
  const { t } = useSurroundings();
  const index = nodules.removedNodule();
  if (index === null) return null;
  return (
    <p className="help line" role="status" data-cy="nodule-removed">
      {t('nodule')} {index + 1} {t('noduleRemoved')}
      <button type="button" className="btn ghost" data-cy="undo-remove" onClick={nodules.undoRemove}>
        {t('maskUndo')}
      </button>
    </p>
  );
}

/** Segments of the active phase's mask that no nodule is. */
function Undescribed(): ReactElement {
  const { busy } = getState();
  const { t, ohif } = useSurroundings();
  return (
    <>
      {nodules.undescribed(ohif).map(one => (
        <div className="sgr" key={one.segment.number} data-cy="undescribed">
          <Icon name="mask" small />
          <span className="grow">{one.segment.label}</span>
          <button type="button" className="btn ghost" disabled={busy} data-cy="describe-segment" onClick={() => actions(ohif, t).run(() => nodules.describe(ohif, one))}>
            {t('describeSegment')}
          </button>
        </div>
      ))}
    </>
  );
}
