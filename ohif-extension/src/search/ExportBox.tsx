/** The exams that a search finds as a dataset: what goes in, then its progress in place of the button, then the download. */
import { useState, type FormEvent, type ReactElement } from 'react';
import { postExport } from '../client';
import { Downloads, Progress } from '../exports/Progress';
import { useExports } from '../exports/useExports';
import { addressOf } from '../pages/Navigation';
import { Popover } from '../pages/Popover';
import { followed } from '../pages/opening';
import { counted, type PageText } from '../pages/texts';
import type { Language } from '../types/api';
import type { Export, Included } from '../types/pages';
import { grouped } from '../pages/numbers';

interface ExportBoxProps {
  query: string;
  exams: number;
  language: Language;
  t: PageText;
}

const FORMS = ['nifti', 'dicom', 'none'] as const;

export function ExportBox({ query, exams, language, t }: ExportBoxProps): ReactElement {
  const { data, problem, act } = useExports();
  const [ended, setEnded] = useState<string | null>(null);
  const own = data?.exports.find(one => one.query === query && one.id !== ended);
  if (own?.state === 'running') return <Progress one={own} act={act} language={language} t={t} />;
  const start = async (include: Included, name: string): Promise<void> => {
    await act(postExport({ query, include, ...(name ? { name } : {}) }));
  };
  return (
    <>
      {own?.state === 'done' && own.parts.length === 1 && <Downloads one={own} language={language} t={t} />}
      {own?.state === 'done' && own.parts.length > 1 && (
        <a className="btn primary" href={addressOf('exports')} onClick={followed}>
          {t('downloadParts')} ({own.parts.length})
        </a>
      )}
      <Popover name="export" title={t(own?.state === 'done' ? 'exportAgain' : 'export')} className={own?.state === 'done' ? 'btn' : 'btn primary'}>
        <Choices exams={exams} start={start} t={t} />
        {own?.state === 'failed' && <Failed one={own} forget={() => setEnded(own.id)} t={t} />}
        {problem !== null && <p role="alert">{problem || t('failed')}</p>}
      </Popover>
    </>
  );
}

const Failed = ({ one, forget, t }: { one: Export; forget: () => void; t: PageText }): ReactElement => (
  <p role="alert" className="err">
    {t('exportFailed')} {one.error?.message}{' '}
    <button type="button" className="btn ghost" onClick={forget}>
      {t('ok')}
    </button>
  </p>
);

interface ChoicesProps {
  exams: number;
  start: (include: Included, name: string) => Promise<void>;
  t: PageText;
}

function Choices({ exams, start, t }: ChoicesProps): ReactElement {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const of = (name: string): Included['images'] => FORMS.find(one => one === form.get(name)) ?? 'none';
    const include = { images: of('images'), masks: of('masks'), answers: form.get('answers') !== null };
    void start(include, String(form.get('name') ?? '').trim());
  };
  return (
    <form className="choices" onSubmit={submit} data-cy="export-choices">
      {(['images', 'masks'] as const).map(name => (
        <label key={name} className="line t12">
          <span className="grow">{t(`include.${name}`)}</span>
          <select name={name} className="btn" defaultValue="nifti">
            {FORMS.map(form => (
              <option key={form} value={form}>
                {t(`form.${form}`)}
              </option>
            ))}
          </select>
        </label>
      ))}
      <label className="line t12">
        <span className="grow">{t('include.answers')}</span>
        <input type="checkbox" name="answers" defaultChecked />
      </label>
      <span className="field">
        <input name="name" maxLength={100} aria-label={t('exportName')} placeholder={t('exportName')} />
      </span>
      <button type="submit" className="btn primary" disabled={exams === 0} data-cy="start-export">
        {t('exportOf')} {grouped(exams)} {counted(exams, 'exams', t)}
      </button>
    </form>
  );
}
