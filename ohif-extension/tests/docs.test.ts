// @vitest-environment node
/** docs/reading.md has the table of keys as the code has it. `UPDATE_DOCS=1 npm test` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeKeys } from '../src/viewer/hotkeys';

const PAGE = new URL('../../docs/reading.md', import.meta.url).pathname;
const TABLE = /(<!-- keys -->\n)[\s\S]*(<!-- \/keys -->)/;

it('prints the keys into the documentation', () => {
  const page = readFileSync(PAGE, 'utf8');
  const wanted = page.replace(TABLE, `$1\n${describeKeys('en')}\n\n$2`);
  if (process.env.UPDATE_DOCS) writeFileSync(PAGE, wanted);
  else expect(page).toBe(wanted);
});
