/** The styles of controls, which the panel and the pages share; before a study or a page is opened, nobody needs them. */
import { addStyles } from './styles';
import form from './styles/form.css?inline';
import masks from './styles/masks.css?inline';
import panel from './styles/panel.css?inline';
import reports from './styles/reports.css?inline';

addStyles('controls', panel + form + reports + masks);
