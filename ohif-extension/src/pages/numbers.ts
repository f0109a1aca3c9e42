/** Numbers as people read them in their language: thousands apart by a thin space, decimals after a point or a comma. */
import { currentLanguage } from '../texts';

const THIN_SPACE = '\u2009';

export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);

/** With as many decimals as are asked for, also where they are zero. */
export const decimal = (value: number, digits: number): string => {
  const said = value.toFixed(digits);
  return currentLanguage() === 'pt' ? said.replace('.', ',') : said;
};
