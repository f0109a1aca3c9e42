import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SurroundingsProvider, surroundings } from '../src/context';
import { Flags } from '../src/panels/Flags';
import * as store from '../src/store';
import type { Language, ReportInfo } from '../src/types/api';
import type { Ohif } from '../src/types/ohif';

const FLAG = {
  rule: 'healthy_with_cirrhosis',
  path: 'patient.baseline_diagnosis',
  message: { en: 'Healthy and cirrhosis contradict each other', pt: 'Saudável e cirrose se contradizem' },
};

let root: Root;
let place: HTMLElement;

function show(flags: ReportInfo['flags'], language: Language, onGo: (path: string) => void = () => undefined): void {
  store.set({ report: { flags } as ReportInfo });
  const around = surroundings(language, 'radiologist', {} as Ohif);
  flushSync(() => root.render(<SurroundingsProvider value={around}><Flags onGo={onGo} /></SurroundingsProvider>));
}

beforeEach(() => {
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});
afterEach(() => {
  root.unmount();
  place.remove();
});

describe('contradictions of the saved report', () => {
  it('are told in the language of the reader', () => {
    show([FLAG], 'en');
    expect(place.textContent).toContain(FLAG.message.en);
    show([FLAG], 'pt');
    expect(place.textContent).toContain(FLAG.message.pt);
    expect(place.querySelector('[role="status"]')).not.toBeNull();
  });

  it('lead to the item that they are about', () => {
    const go = vi.fn();
    show([FLAG], 'en', go);
    place.querySelector('button')?.click();
    expect(go).toHaveBeenCalledWith('patient.baseline_diagnosis');
  });

  it('take no place where there are none', () => {
    show([], 'en');
    expect(place.innerHTML).toBe('');
  });
});
