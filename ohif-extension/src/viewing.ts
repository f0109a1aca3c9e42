/** What a study needs that is opened: one file, which the mode and the extension ask for together. */
import './controls';
import { addStyles } from './styles';
import layouts from './styles/layouts.css?inline';

export { Panel } from './panels/Panel';
export { corners } from './viewer/Corners';
export { Layouts } from './viewer/Layouts';
export { enter, prepare } from './viewer/session';

addStyles('viewing', layouts);
