/** The chosen nodule: where it is, the way to the others, what can be done with it, and its answers. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { CHOSEN, GROUP, REASON, hiddenItems, nodulesOf, proposedResponse } from '../lirads';
import { copyNodule, copyTargets } from '../segmentation/copying';
import { sliceNumber } from '../segmentation/numbering';
import * as nodules from '../segmentation/nodules';
import { activeSeries } from '../segmentation/shown';
import { getState, phaseOf, set } from '../store';
import type { Member, Template } from '../types/api';
import { actions } from './actions';
import { GroupSections } from './GroupSections';
import { Growth } from './Growth';
import { LiradsCard } from './LiradsCard';
import { Measured } from './Measured';
import { Choices, type Choice } from './Choices';
import { colorClass } from './NoduleTable';
import { PHASES } from './Phase';

/** What most nodules have nothing to say about. */
const FOLDED = ['gates', 'ancillary', 'doubt'];

export interface NoduleProps {
  nodule: Member;
  index: number;
}

export function NoduleEditor({ template, nodule, index }: NoduleProps & { template: Template }): ReactElement {
  const { language } = useSurroundings();
  return (
    <>
      <section className="p-sec">
        <Header nodule={nodule} index={index} />
      </section>
      <GroupSections
        key={String(nodule.tracking_uid ?? index)}
        template={template}
        name={GROUP}
        index={index}
        arrangement={{
          hidden: [...hiddenItems(nodule, language), CHOSEN, REASON],
          folded: FOLDED,
          // The card stands below the features that it is made of, and holds the items of its own section.
          before: { [FOLDED[0] ?? '']: <LiradsCard nodule={nodule} index={index} /> },
          instead: { category: <></> },
          proposals: proposedResponse(nodule, language),
          below: { threshold_growth: <Growth nodule={nodule} index={index} /> },
        }}
      />
      <Measured template={template} group={GROUP} trackingUid={nodule.tracking_uid} />
    </>
  );
}

function Header({ nodule, index }: NoduleProps): ReactElement {
  const { t, ohif, writes } = useSurroundings();
  const place = nodules.placeOf(ohif, nodule);
  const slice = place && sliceNumber(ohif, place.series, place.sop);
  return (
    <header>
      <span className={`swatch large ${colorClass(index)}`} />
      <h3>
        {t('nodule')} {index + 1}
      </h3>
      <span className="grow" />
      {place && (
        <button type="button" className="btn ghost" title={t('goToSlice')} data-cy="nodule-slice" onClick={() => nodules.goToNodule(ohif, nodule)}>
          <Icon name="target" small />
          {t('slice')} {slice ?? '–'}
        </button>
      )}
      <Turn step={-1} />
      <Turn step={1} />
      {writes && (
        <Choices label={t('moreOfNodule')} name="nodule-menu" choices={useChoices(nodule, index)}>
          <Icon name="more" small />
        </Choices>
      )}
    </header>
  );
}

/** To the previous or next nodule, and to its slice. */
function Turn({ step }: { step: 1 | -1 }): ReactElement {
  const { answers, nodule } = getState();
  const { t, ohif } = useSurroundings();
  const all = nodulesOf(answers);
  const turn = (): void => {
    const next = (nodule + step + all.length) % all.length;
    set({ nodule: next });
    nodules.goToNodule(ohif, all[next] ?? {});
  };
  return (
    <button type="button" className="btn icon bare" disabled={all.length < 2} aria-label={t(step > 0 ? 'nextNodule' : 'previousNodule')} onClick={turn}>
      <Icon name={step > 0 ? 'down' : 'up'} small />
    </button>
  );
}

function useChoices(nodule: Member, index: number): Choice[] {
  const { t, ohif } = useSurroundings();
  const { run } = actions(ohif, t);
  const active = activeSeries(ohif);
  const tag = PHASES[(active && phaseOf(active)) || 'other'].tag;
  const copies = copyTargets(ohif, nodule).map(series => ({
    name: `copy-to-${phaseOf(series) ?? series}`,
    label: `${t('copyTo')} ${PHASES[phaseOf(series) ?? 'other'].tag}`,
    run: () => run(() => copyNodule(ohif, index, series)),
  }));
  const isHere = nodules.outlinesOf(ohif, nodule).some(one => one.mask.series === active && one.measured);
  const same = (isHere ? [] : nodules.undescribed(ohif)).map(one => ({
    name: `same-as-${one.segment.number}`,
    label: `${t('sameAs')} ${tag}: ${one.segment.label}`,
    run: () => run(() => nodules.identify(ohif, index, one)),
  }));
  return [
    { name: 'paint-nodule', label: `${t('paintIn')} ${tag}`, run: () => run(() => nodules.paintNodule(ohif, index)) },
    ...copies,
    ...same,
    { name: 'remove-nodule', label: t('deleteNodule'), danger: true, run: () => nodules.removeNodule(ohif, index) },
  ];
}
