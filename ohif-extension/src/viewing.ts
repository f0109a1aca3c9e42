/** What a study needs that is opened: one file, which the mode and the extension ask for together. */
import form from './styles/form.css?inline';
import layouts from './styles/layouts.css?inline';
import masks from './styles/masks.css?inline';
import panel from './styles/panel.css?inline';
import reports from './styles/reports.css?inline';
import { addStyles } from './styles';

export { Panel } from './panels/Panel';
export { corners } from './viewer/Corners';
export { Layouts } from './viewer/Layouts';
export { enter, prepare } from './viewer/session';

addStyles('viewing', panel + form + reports + masks + layouts);
