/** The nodules in rows; a click goes to the slice of one in every viewport. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { suffix } from '../form/controls';
import { missingPaths } from '../form/model';
import { GROUP, REASON, assessmentOf } from '../lirads';
import { goToNodule, phasesOf } from '../segmentation/nodules';
import { set } from '../store';
import type { Member, PhaseName, Template } from '../types/api';
import { PHASES } from './Phase';

const SQUARES: PhaseName[] = ['non_contrast', 'arterial', 'portal_venous', 'equilibrium'];

export const colorClass = (index: number): string => `sg-${(index % 6) + 1}`;

export function NoduleTable({ template, nodules, chosen }: { template: Template; nodules: Member[]; chosen: number }): ReactElement {
  const { t, ohif, language } = useSurroundings();
  const choose = (index: number): void => {
    set({ nodule: index });
    goToNodule(ohif, nodules[index] ?? {});
  };
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th>{t('nodule')}</th>
          <th className="num">mm</th>
          <th>{t('maskSegment')}</th>
          <th>{t('masks')}</th>
          <th className="num">LI-RADS</th>
        </tr>
      </thead>
      <tbody>
        {nodules.map((nodule, index) => (
          <tr key={String(nodule.tracking_uid ?? index)} className={index === chosen ? 'on' : ''} onClick={() => choose(index)} data-cy="nodule-row">
            <td>
              <button type="button" className="cell" aria-pressed={index === chosen} aria-label={`${t('nodule')} ${index + 1}`}>
                <span className={`swatch ${colorClass(index)}`} />
                {index + 1}
              </button>
            </td>
            <td className="num">{typeof nodule.diameter_mm === 'number' ? decimal(nodule.diameter_mm, language) : '–'}</td>
            <td>{Array.isArray(nodule.location) && nodule.location.length > 0 ? nodule.location.join(', ') : '–'}</td>
            <td>
              <Squares nodule={nodule} index={index} />
            </td>
            <td className="num">
              <Category template={template} nodules={nodules} index={index} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export const decimal = (value: number, language: 'en' | 'pt'): string => value.toFixed(1).replace('.', language === 'pt' ? ',' : '.');

/** In which phases' masks the nodule is outlined. */
function Squares({ nodule, index }: { nodule: Member; index: number }): ReactElement {
  const { t, ohif } = useSurroundings();
  const outlined = phasesOf(ohif, nodule);
  const said = SQUARES.filter(one => outlined.has(one)).map(one => PHASES[one].tag);
  return (
    <span className={`m4 ${colorClass(index)}`} role="img" aria-label={`${t('masks')}: ${said.join(', ') || t('noneYet')}`} title={said.join(' ') || t('noneYet')} data-cy="nodule-masks">
      {SQUARES.map(one => (
        <i key={one} className={outlined.has(one) ? 'on' : ''} />
      ))}
    </span>
  );
}

function Category({ template, nodules, index }: { template: Template; nodules: Member[]; index: number }): ReactElement {
  const { t, language } = useSurroundings();
  const nodule = nodules[index] ?? {};
  const category = nodule.lirads;
  if (typeof category === 'string') {
    const own = assessmentOf(nodule, language)?.reason_needed ? ' own' : '';
    const reason = typeof nodule[REASON] === 'string' ? nodule[REASON] : undefined;
    return (
      <span className={`lr lr-${suffix(category)}${own}`} title={reason}>
        {category}
      </span>
    );
  }
  const missing = missingPaths(template.schema, { [GROUP]: nodules }, [GROUP]).filter(path => path.startsWith(`${GROUP}.${index}.`));
  return (
    <span className="t11 t2">
      {missing.length} {t('missing').split(' ').at(-1)}
    </span>
  );
}
