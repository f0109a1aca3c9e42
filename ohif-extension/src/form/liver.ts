/** Couinaud's segments as they are drawn: frontal view, the patient's right on the left. */

export const OUTLINE =
  'M24 46C31 19 62 9 95 12C111 13.5 121 21 133 24C152 20 180 17 205 25C224 31 234 40 231 49C227 60 206 67 187 75C170 82 157 90 147 97C133 107 117 117 99 127C79 138 51 143 37 133C20 120 15 81 24 46Z';

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export interface Drawn {
  name: string;
  /** Its outline, where its name stands, and the key that toggles it. */
  path: string;
  x: number;
  y: number;
  key: string;
  /** Where arrows lead. */
  neighbours: Partial<Record<Direction, string>>;
  /** Drawn in front with an outline of its own, not cut out of the liver. */
  inFront?: boolean;
}

export const SEGMENTS: readonly Drawn[] = [
  { name: 'VII', key: '7', x: 42, y: 55.5, path: 'M-9-9H74C68 26 58 56 60 79C40 79 15 82-9 86Z', neighbours: { ArrowRight: 'VIII', ArrowDown: 'VI' } },
  { name: 'VI', key: '6', x: 40, y: 111.5, path: 'M-9 86C15 82 40 79 60 79C60 100 58 130 62 160H-9Z', neighbours: { ArrowRight: 'V', ArrowUp: 'VII' } },
  { name: 'VIII', key: '8', x: 84, y: 51.5, path: 'M74-9H111C108 26 101 52 102 75C88 78 74 79 60 79C58 56 68 26 74-9Z', neighbours: { ArrowLeft: 'VII', ArrowRight: 'IVa', ArrowDown: 'V' } },
  { name: 'V', key: '5', x: 82, y: 107.5, path: 'M60 79C74 79 88 78 102 75C102 100 103 130 106 160H62C58 130 60 100 60 79Z', neighbours: { ArrowLeft: 'VI', ArrowRight: 'IVb', ArrowUp: 'VIII' } },
  { name: 'IVa', key: '4', x: 120, y: 33.5, path: 'M111-9H141C138 20 138 42 140 62C130 67 116 72 102 75C101 52 108 26 111-9Z', neighbours: { ArrowLeft: 'VIII', ArrowRight: 'II', ArrowDown: 'I' } },
  { name: 'IVb', key: '$', x: 121, y: 95.5, path: 'M102 75C116 72 130 67 140 62C141 90 144 130 148 160H106C103 130 102 100 102 75Z', neighbours: { ArrowLeft: 'V', ArrowRight: 'III', ArrowUp: 'I' } },
  { name: 'II', key: '2', x: 182, y: 41.5, path: 'M141-9H250V40C215 41 172 47 140 62C138 42 138 20 141-9Z', neighbours: { ArrowLeft: 'IVa', ArrowDown: 'III' } },
  { name: 'III', key: '3', x: 178, y: 69.5, path: 'M140 62C172 47 215 41 250 40V160H148C144 130 141 90 140 62Z', neighbours: { ArrowLeft: 'IVb', ArrowUp: 'II' } },
  {
    name: 'I',
    key: '1',
    x: 128.5,
    y: 56.5,
    path: 'M117 44C121 36 132 33 139 38C145 43 143 55 136 60C129 65 119 63 116 57C114 53 115 48 117 44Z',
    neighbours: { ArrowLeft: 'VIII', ArrowRight: 'II', ArrowUp: 'IVa', ArrowDown: 'IVb' },
    inFront: true,
  },
];

/** The segment that a key toggles; Shift and 4 is IVb on every keyboard. */
export const segmentOfKey = (event: { key: string; code: string; shiftKey: boolean }): string | undefined => {
  const key = event.shiftKey && event.code === 'Digit4' ? '$' : event.key;
  return SEGMENTS.find(one => one.key === key)?.name;
};
