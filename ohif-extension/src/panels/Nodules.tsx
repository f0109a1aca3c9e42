/** The nodules: a table, and the editor of the chosen one. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { suffix } from '../form/controls';
import { missingPaths } from '../form/model';
import { Icon } from '../icons';
import { CHOSEN, GROUP, REASON, assessmentOf, hiddenItems, proposedResponse } from '../lirads';
import { segmentsInViewer } from '../segmentation/viewer';
import { addMember, answer, getState, removeMember, set } from '../store';
import type { Member, Template } from '../types/api';
import { GroupSections } from './GroupSections';
import { LiradsCard } from './LiradsCard';
import { Measured } from './Measured';

/** What most nodules have nothing to say about. */
const FOLDED = ['gates', 'ancillary', 'doubt'];

export function Nodules({ template }: { template: Template }): ReactElement {
  const { answers, nodule } = getState();
  const { t, writes } = useSurroundings();
  const given = answers[GROUP];
  const nodules = Array.isArray(given) ? given : [];
  const chosen = nodules[nodule];
  return (
    <>
      <section className="p-sec">
        <header>
          <h3>{t('nodules')}</h3>
          <span className="grow">{nodules.length > 0 ? `${nodules.length} ${t('described')}` : t('noNodules')}</span>
          {writes && (
            <button type="button" className="btn" data-cy="add-nodule" onClick={() => addMember(GROUP)}>
              <Icon name="plus" small />
              {t('add')}
            </button>
          )}
        </header>
        {nodules.length > 0 && <Table template={template} nodules={nodules} chosen={nodule} />}
      </section>
      {chosen && <Editor template={template} nodule={chosen} index={nodule} />}
    </>
  );
}

function Table({ template, nodules, chosen }: { template: Template; nodules: Member[]; chosen: number }): ReactElement {
  const { t } = useSurroundings();
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th>{t('nodule')}</th>
          <th className="num">mm</th>
          <th>Segment</th>
          <th className="num">LI-RADS</th>
        </tr>
      </thead>
      <tbody>
        {nodules.map((nodule, index) => (
          <tr key={index} className={index === chosen ? 'on' : ''} onClick={() => set({ nodule: index })} data-cy="nodule-row">
            <td>
              <button type="button" className="cell" aria-pressed={index === chosen}>
                <span className={`swatch sg-${(index % 6) + 1}`} />
                {index + 1}
              </button>
            </td>
            <td className="num">{typeof nodule.diameter_mm === 'number' ? nodule.diameter_mm.toFixed(1) : '–'}</td>
            <td>{Array.isArray(nodule.location) ? nodule.location.join(', ') : '–'}</td>
            <td className="num">
              <Category template={template} nodules={nodules} index={index} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Category({ template, nodules, index }: { template: Template; nodules: Member[]; index: number }): ReactElement {
  const { t, language } = useSurroundings();
  const category = nodules[index]?.lirads;
  if (typeof category === 'string') return <span className={`lr lr-${suffix(category)}${assessmentOf(nodules[index] ?? {}, language)?.reason_needed ? ' own' : ''}`} title={reasonOf(nodules[index])}>{category}</span>;
  const missing = missingPaths(template.schema, { [GROUP]: nodules }, [GROUP]).filter(path => path.startsWith(`${GROUP}.${index}.`));
  return (
    <span className="t11 t2">
      {missing.length} {t('missing').split(' ').at(-1)}
    </span>
  );
}

const reasonOf = (nodule: Member | undefined): string | undefined => {
  const reason = nodule?.[REASON];
  return typeof reason === 'string' ? reason : undefined;
};

function Editor({ template, nodule, index }: { template: Template; nodule: Member; index: number }): ReactElement {
  const { t, writes, ohif, language } = useSurroundings();
  const segments = segmentsInViewer(ohif);
  return (
    <>
      <section className="p-sec">
        <header>
          <span className={`swatch sg-${(index % 6) + 1}`} style={{ width: 12, height: 12 }} />
          <h3 style={{ fontSize: 13 }}>
            {t('nodule')} {index + 1}
          </h3>
          <span className="grow" />
          {writes && (
            <button type="button" className="btn icon bare" aria-label={`${t('remove')} ${index + 1}`} data-cy="remove-nodule" onClick={() => removeMember(GROUP, index)}>
              <Icon name="trash" small />
            </button>
          )}
        </header>
        <div className="item">
          <span className="lbl">{t('segmentOfMask')}</span>
          <span className="field select quiet">
            <select
              data-cy={`${GROUP}.${index}.segment_number`}
              aria-label={t('segmentOfMask')}
              disabled={!writes}
              value={String(nodule.segment_number ?? '')}
              onChange={event => answer(GROUP, index, 'segment_number', event.target.value ? Number(event.target.value) : undefined)}
            >
              <option value="">{t('none')}</option>
              {segments.map(segment => (
                <option key={segment.number} value={segment.number}>
                  {segment.number} · {segment.label}
                </option>
              ))}
            </select>
          </span>
        </div>
      </section>
      <Measured template={template} group={GROUP} trackingUid={nodule.tracking_uid} />
      <GroupSections
        key={index}
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
        }}
      />
    </>
  );
}
