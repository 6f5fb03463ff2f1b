import { presenceNames } from '../../switch/index.ts';
import { type CliCommand, type CliContext, CommandFailed, usage } from '../command.ts';

const MODULE = 'func_presencestate';
const PREFIX = 'CustomPresence:';
const FAMILY = '/CustomPresence/';
const RULE = `${'-'.repeat(69)}\n`;

function* list({ astdb }: CliContext): Iterable<string> {
  yield `\n${RULE}${'--- Custom Presence States '.padEnd(69, '-')}\n${RULE}---\n`;
  for (const [key, stored] of astdb.range(FAMILY)) {
    const [state = '', subtype = '', message = '', options = ''] = stored.split(',');
    yield `--- Name: '${PREFIX}${key.slice(FAMILY.length)}'\n`;
    yield `    --- State: '${state}'\n    --- Subtype: '${subtype}'\n    --- Message: '${message}'\n`;
    yield `    --- Base64 Encoded: '${options === '' ? 'No' : 'Yes'}'\n---\n`;
  }
  yield `${RULE}${RULE}\n`;
}

const change: CliCommand = {
  words: 'presencestate change',
  args: '<entity> <state>[,<subtype>[,message[,options]]]',
  needs: 2,
  takes: 2,
  summary: 'Change a custom presence state',
  usage: `Sets the presence of somebody whose name begins with ${PREFIX}\nStates: ${presenceNames.join(' ')}
Quotation marks keep a message with blanks together.`,
  module: MODULE,
  complete: ({ astdb }, args) =>
    args.length === 1
      ? presenceNames
      : [...astdb.range(FAMILY)].map(([key]) => `${PREFIX}${key.slice(FAMILY.length)}`),
  run: async ({ dialplan }, [entity = '', presence = '']) => {
    const state = (presence.split(',')[0] ?? '').toLowerCase();
    if (!presenceNames.some((each) => each === state)) return usage(change);
    if (!entity.startsWith(PREFIX) || entity === PREFIX)
      throw new CommandFailed(
        "The presencestate command can only be used to set 'CustomPresence:' presence state!",
      );
    if ((await dialplan?.setVariable(undefined, `PRESENCE_STATE(${entity})`, presence)) !== true)
      throw new CommandFailed(`The presence of ${entity} was not stored`);
    return `Changing ${entity.slice(PREFIX.length)} to ${presence}\n`;
  },
};

/** Presence of those who exist only by name. */
export const presenceCommands: readonly CliCommand[] = [
  {
    words: 'presencestate list',
    takes: 0,
    summary: 'List currently known custom presence states',
    module: MODULE,
    run: list,
  },
  change,
];
