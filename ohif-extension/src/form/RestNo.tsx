/** "Rest 'No'": of several questions of yes and no, all that are unanswered become "No", with the way back. */
import type { ReactElement } from 'react';
import { useSurroundings } from '../context';
import { answer } from '../store';
import type { Member } from '../types/api';
import { Undo } from './Chips';
import { isAnswered, type Item } from './model';
import { useUndo } from './useUndo';

const NO = 'no';
/** One question alone is answered as fast by itself. */
const FEWEST = 2;

interface RestNoProps {
  group: string;
  index: number | null;
  items: Item[];
  member: Member;
}

export function RestNo({ group, index, items, member }: RestNoProps): ReactElement | null {
  const { t, writes } = useSurroundings();
  const [filled, remember] = useUndo<string[]>();
  const asked = items.filter(item => item.schema['x-hepatia'].control === 'segmented' && NO in item.schema['x-hepatia'].values);
  const open = asked.filter(item => !isAnswered(member[item.name])).map(item => item.name);
  if (!writes || asked.length < FEWEST) return null;
  const back = (): void => {
    for (const name of filled ?? []) if (member[name] === NO) answer(group, index, name, undefined);
    remember(null);
  };
  if (filled) return <Undo onUndo={back} />;
  if (open.length === 0) return null;
  return (
    <button
      type="button"
      className="btn ghost"
      data-cy="rest-no"
      onClick={() => {
        for (const name of open) answer(group, index, name, NO);
        remember(open);
      }}
    >
      {t('restNo')}
    </button>
  );
}
