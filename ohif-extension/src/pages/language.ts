/** The language of the pages is that of the panel. */
export { setLanguage, useLanguage } from '../language';
