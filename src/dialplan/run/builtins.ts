import type { Channel, DialplanLocation, Switch } from '../../switch/index.ts';
import type { ChannelThread } from '../functions/definition.ts';

/** What the server knows that `${ASTETCDIR}`, `${SYSTEMNAME}` and the like give. */
export interface ServerNames {
  readonly systemName: string;
  readonly entityId: string;
  /** `ASTETCDIR` and its kind, by name. */
  readonly directories: ReadonlyMap<string, string>;
}

export interface Hint {
  readonly device: string;
  /** Who tells of presence: what stands behind a comma. */
  readonly presence: string;
  /** Both, as written. */
  readonly text: string;
  readonly name: string;
}

export interface BuiltinContext {
  readonly switch: Switch;
  readonly names: ServerNames;
  thread(channel: Channel): ChannelThread;
  hint(context: string, exten: string): Hint | undefined;
}

type ChannelBuiltin = (channel: Channel, context: BuiltinContext) => string;

function place(channel: Channel, context: BuiltinContext): DialplanLocation {
  return context.thread(channel).location ?? channel;
}

function hintOf(channel: Channel, context: BuiltinContext): Hint | undefined {
  const at = place(channel, context);
  return context.hint(at.context, at.exten);
}

const channelBuiltins = new Map<string, ChannelBuiltin>([
  ['EXTEN', (channel, context) => place(channel, context).exten],
  ['CONTEXT', (channel, context) => place(channel, context).context],
  ['PRIORITY', (channel, context) => String(place(channel, context).priority)],
  ['CHANNEL', (channel) => channel.name],
  ['UNIQUEID', (channel) => channel.id],
  ['HANGUPCAUSE', (channel) => String(channel.hangupCause)],
  ['HINT', (channel, context) => hintOf(channel, context)?.device ?? ''],
  ['HINTNAME', (channel, context) => hintOf(channel, context)?.name ?? ''],
]);

/** Variables that cannot be set, undefined when `name` is none of them. */
export function builtinVariable(
  context: BuiltinContext,
  channel: Channel | undefined,
  name: string,
): string | undefined {
  const onChannel = channel === undefined ? undefined : channelBuiltins.get(name);
  if (onChannel !== undefined && channel !== undefined) return onChannel(channel, context);
  switch (name) {
    case 'EPOCH':
      return String(Math.floor(context.switch.clock.now() / 1000));
    case 'SYSTEMNAME':
      return context.names.systemName;
    case 'ENTITYID':
      return context.names.entityId;
    default:
      return context.names.directories.get(name);
  }
}
