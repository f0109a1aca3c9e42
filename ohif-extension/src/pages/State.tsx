/** How far an exam has been read: a mark and a word. */
import type { ReactElement } from 'react';
import { StateIcon } from '../panels/StateIcon';
import type { Language } from '../types/api';
import { nameOf } from './labels';

export const State = ({ state, language }: { state: string; language: Language }): ReactElement => (
  <span className="state">
    <StateIcon state={state} />
    {nameOf('state', state, language)}
  </span>
);
