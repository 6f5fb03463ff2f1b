import { deviceStateNames, isDeviceState } from '../../switch/index.ts';
import { type CliCommand, type CliContext, CommandFailed, usage } from '../command.ts';

const MODULE = 'func_devstate';
const PREFIX = 'Custom:';
const FAMILY = '/CustomDevstate/';
const RULE = `${'-'.repeat(69)}\n`;

function* list({ astdb }: CliContext): Iterable<string> {
  yield `\n${RULE}${'--- Custom Device States '.padEnd(69, '-')}\n${RULE}---\n`;
  for (const [key, state] of astdb.range(FAMILY))
    yield `--- Name: '${PREFIX}${key.slice(FAMILY.length)}'  State: '${state}'\n---\n`;
  yield `${RULE}${RULE}\n`;
}

const change: CliCommand = {
  words: 'devstate change',
  args: '<device> <state>',
  needs: 2,
  takes: 2,
  summary: 'Change a custom device state',
  usage: `Sets the state of a device whose name begins with ${PREFIX}\nStates: ${deviceStateNames.join(' ')}`,
  module: MODULE,
  complete: ({ astdb }, args) =>
    args.length === 1
      ? deviceStateNames
      : [...astdb.range(FAMILY)].map(([key]) => `${PREFIX}${key.slice(FAMILY.length)}`),
  run: async ({ dialplan }, [device = '', state = '']) => {
    if (!isDeviceState(state.toUpperCase())) return usage(change);
    if (!device.startsWith(PREFIX) || device === PREFIX)
      throw new CommandFailed("The devstate command can only be used to set 'Custom:' device state!");
    if ((await dialplan?.setVariable(undefined, `DEVICE_STATE(${device})`, state)) !== true)
      throw new CommandFailed(`The state of ${device} was not stored`);
    return `Changing ${device.slice(PREFIX.length)} to ${state.toUpperCase()}\n`;
  },
};

/** States of devices that exist only by name. */
export const deviceStateCommands: readonly CliCommand[] = [
  {
    words: 'devstate list',
    takes: 0,
    summary: 'List currently known custom device states',
    module: MODULE,
    run: list,
  },
  change,
];
