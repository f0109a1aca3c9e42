/** What keys and toolbar buttons do. Each part of the extension registers its own functions; OHIF knows them as commands. */
import type { Ohif } from './types/ohif';

export const COMMANDS = [
  'save',
  'complete',
  'verify',
  'nextMissing',
  'previousMissing',
  'nextTab',
  'previousTab',
  'nextNodule',
  'previousNodule',
  'addNodule',
  'goToNodule',
  'fourPhases',
  'withPrior',
  'toggleMasks',
  'presegment',
  'showKeys',
] as const;

export type Command = (typeof COMMANDS)[number];
export type Options = Record<string, unknown>;
type Run = (ohif: Ohif, options: Options) => void;

const registered = new Map<Command, Run>();

/** Say what a command does; the last to say so counts. */
export function register(command: Command, run: Run): void {
  registered.set(command, run);
}

/** Run a command; one that nobody has registered does nothing. */
export function run(command: Command, ohif: Ohif, options: Options = {}): void {
  registered.get(command)?.(ohif, options);
}

/** The command's name in OHIF: "save" is "hepatiaSave". */
export const nameInOhif = (command: Command): string => `hepatia${command.charAt(0).toUpperCase()}${command.slice(1)}`;

/** All commands as OHIF's commands module wants them. */
export const commandsModule = (ohif: Ohif): object => ({
  definitions: Object.fromEntries(
    COMMANDS.map(command => [nameInOhif(command), { commandFn: (options: Options = {}) => run(command, ohif, options) }]),
  ),
  defaultContext: 'DEFAULT',
});
