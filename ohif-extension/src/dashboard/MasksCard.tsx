/** Exams with a mask of the liver and of nodules, by phase. */
import type { ReactElement } from 'react';
import { PHASES, PHASE_TAGS } from '../pages/exam';
import { nameOf } from '../pages/labels';
import type { PageText } from '../pages/texts';
import { Card } from './Card';
import { chartOf, percent, type Scene } from './bars';
import { grouped } from '../pages/numbers';

const KINDS = ['liver', 'nodule'] as const;
const HUES = { liver: 'var(--hep-seg-liver)', nodule: 'var(--hep-seg-1)' };
const ROW = 27;

export function MasksCard({ scene, span, t }: { scene: Scene; span: number; t: PageText }): ReactElement {
  const { data, language } = scene;
  const counted = (kind: (typeof KINDS)[number], phase: string): number => chartOf(data, `masks.${kind}`)?.data.find(one => one.label === phase)?.count ?? 0;
  const most = Math.max(1, ...KINDS.flatMap(kind => PHASES.map(phase => counted(kind, phase))));
  const rows = PHASES.flatMap(phase =>
    KINDS.map(kind => ({
      label: `${kind} ${phase}`,
      said: `${nameOf('study.phase', phase, language)}, ${t(kind === 'liver' ? 'liver' : 'nodules')}`,
      count: counted(kind, phase),
      share: percent(counted(kind, phase), data.exams),
    })),
  );
  return (
    <Card name="masks" span={span} title={t('masksPerPhase')} about={`${grouped(data.exams)} ${t('exams')}`} rows={rows} t={t}>
      <svg viewBox={`0 0 420 ${PHASES.length * ROW}`} aria-hidden="true" className="phase-bars">
        {PHASES.map((phase, place) => (
          <g key={phase} transform={`translate(0 ${place * ROW})`}>
            <text x={0} y={17} style={{ fill: `var(--hep-${PHASE_TAGS[phase][0]})` }}>
              {nameOf('study.phase', phase, language)}
            </text>
            {KINDS.map((kind, row) => (
              <rect key={kind} x={120} y={4 + row * 9} height={7} rx={1.5} width={(200 * counted(kind, phase)) / most} style={{ fill: HUES[kind] }} />
            ))}
            <text x={420} y={17} textAnchor="end">
              {grouped(counted('liver', phase))} / {grouped(counted('nodule', phase))}
            </text>
          </g>
        ))}
      </svg>
      <p className="line t11 t2">
        <i className="lg" style={{ background: HUES.liver }} /> {t('liver').toLowerCase()}
        <i className="lg" style={{ background: HUES.nodule }} /> {t('nodules')}
      </p>
    </Card>
  );
}

