import { isPresenceName, NO_PRESENCE, type Presence, presenceNames } from '../../switch/index.ts';
import { argument, type FunctionCall, type FunctionDefinition, FunctionError } from './definition.ts';

/** Where AstDB keeps the presence of those who exist only by name, as the original does. */
export const PRESENCE_FAMILY = 'CustomPresence';
export const PRESENCE_PREFIX = 'CustomPresence:';

const ENCODED = 'e';
const MAX_PARTS = 4;

/** What is stored of somebody: `away,subtype,message[,e]`; undefined when it makes no sense. */
export function parsePresence(parts: readonly string[]): Presence | undefined {
  const [name = '', subtype = '', message = '', options = ''] = parts;
  const state = name.toLowerCase();
  if (!isPresenceName(state) || parts.length > MAX_PARTS) return undefined;
  if (options === '') return { state, subtype, message };
  if (options !== ENCODED) return undefined;
  return { state, subtype: decode(subtype), message: decode(message) };
}

function decode(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

function read(call: FunctionCall): string {
  const [provider, field, options] = [0, 1, 2].map((index) => argument(call, index));
  const presence = call.services.switch.presenceStates.get(provider ?? '');
  if (presence === undefined) {
    call.services.log.warning(`PRESENCE_STATE: nobody tells of '${provider}'`);
    return '';
  }
  const text = options?.includes(ENCODED) ? (part: string) => Buffer.from(part).toString('base64') : String;
  switch (field) {
    case 'value':
      return presence.state;
    case 'subtype':
      return text(presence.subtype);
    case 'message':
      return text(presence.message);
    default:
      call.services.log.warning(`PRESENCE_STATE has no field '${field}': value, subtype and message it has`);
      return '';
  }
}

async function write(call: FunctionCall, value: string): Promise<void> {
  if (!call.text.startsWith(PRESENCE_PREFIX))
    throw new FunctionError(`PRESENCE_STATE: only what begins with ${PRESENCE_PREFIX} can be set`);
  const presence = parsePresence(call.services.splitArguments(value));
  if (presence === undefined) {
    throw new FunctionError(
      `PRESENCE_STATE: '${value}' does not begin with one of ${presenceNames.join(', ')}, or asks for more than e`,
    );
  }
  await call.services.database?.put(PRESENCE_FAMILY, call.text.slice(PRESENCE_PREFIX.length), value);
  call.services.switch.presenceStates.told(call.text, presence);
}

/** The presence that AstDB keeps under a name; of one that it does not keep, that nothing was set. */
export function storedPresence(
  value: string | undefined,
  split: (text: string) => readonly string[],
): Presence {
  return (value === undefined ? undefined : parsePresence(split(value))) ?? NO_PRESENCE;
}

/** Functions of func_presencestate. */
export const presenceFunctions: readonly FunctionDefinition[] = [
  {
    name: 'PRESENCE_STATE',
    module: 'func_presencestate',
    since: '11.0.0',
    summary: `Gives the presence of somebody, or sets that of a name that begins with ${PRESENCE_PREFIX}.`,
    arguments: [{ name: 'provider', required: true }, { name: 'field', required: true }, { name: 'options' }],
    read,
    write,
  },
];
