import { expect, it } from 'vitest';
import { COMMANDS, nameInOhif } from '../src/commands';
import { KEYS } from '../src/keys';
import { withOurs } from '../src/viewer/hotkeys';

/** OHIF 3.13.2's own (hotkeyBindings.ts), as combinations. */
const OHIFS = 'z + - = r l h v c i right left pageup pagedown . , down up home end space esc 1 2 3 4 backspace enter ctrl+z ctrl+y n ] [ e b'.split(' ');
const ADD_SEGMENT = { commandName: 'addNewSegment', label: 'Add New Segment', keys: ['a'] };

const given = [...OHIFS.map(keys => ({ commandName: `ohif ${keys}`, label: keys, keys: keys.split('+') })), ADD_SEGMENT];
const combinations = (platform: string): string[] => withOurs(given, 'en', platform).map(one => one.keys.join('+'));

it('takes no key away from OHIF but that of "add segment"', () => {
  for (const platform of ['Linux x86_64', 'MacIntel']) {
    const all = combinations(platform);
    expect(new Set(all).size).toBe(all.length);
    expect(all.slice(0, OHIFS.length)).toEqual(OHIFS);
  }
  expect(withOurs(given, 'en', '').some(one => one.commandName === 'addNewSegment')).toBe(false);
});

it('binds every command that the table names, and OHIF has every one', () => {
  const named = KEYS.flatMap(one => one.command ?? []);
  expect(withOurs([], 'en', '').map(one => one.commandName)).toEqual(named);
  expect(COMMANDS.map(nameInOhif)).toEqual(expect.arrayContaining(named));
});

it('saves by Ctrl S, on a Mac by ⌘ S', () => {
  expect(combinations('Win32')).toContain('ctrl+s');
  expect(combinations('MacIntel')).toContain('meta+s');
  expect(combinations('MacIntel')).not.toContain('ctrl+s');
});

it('speaks the language of the reader in the preferences', () => {
  expect(withOurs([], 'pt', '').find(one => one.commandName === 'hepatiaSave')?.label).toMatch(/^HepatIA: Salvar/);
});
