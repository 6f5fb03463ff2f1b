import type { NotifyField } from '../../pjsip/index.ts';
import { type CliCommand, type CliContext, CommandFailed, usage } from '../command.ts';

/** What a peer may be, in the order of help. */
const KINDS = ['endpoint', 'uri', 'channel'];

/** Sends to one peer; what is printed besides the line that says so. */
function send({ pjsip }: CliContext, kind: string, peer: string, fields: readonly NotifyField[]): string {
  const notify = pjsip?.notify;
  if (notify === undefined) return '';
  if (kind === 'uri') {
    notify.uri(peer, fields);
    return '';
  }
  if (kind === 'channel') return notify.channel(peer, fields) ? '' : `Unable to find channel ${peer}\n`;
  return notify.endpoint(peer, fields) ? '' : `Unable to retrieve endpoint ${peer}\n`;
}

function* peers({ sorcery, switch: owner }: CliContext, kind: string): Iterable<string> {
  if (kind === 'endpoint') for (const { id } of sorcery.all('endpoint')) yield id;
  if (kind === 'channel') for (const { name } of owner.channels()) yield name;
}

const command: CliCommand = {
  words: 'pjsip send notify',
  args: `<type> {${KINDS.join('|')}} <peer> [<peer>...]`,
  summary: 'Send a NOTIFY request to a SIP endpoint',
  usage: 'Sends a NOTIFY that nobody subscribed to, of a kind that pjsip_notify.conf describes.',
  module: 'res_pjsip_notify',
  complete(context, args) {
    if (args.length === 0) return context.pjsip?.notify.types() ?? [];
    return args.length === 1 ? KINDS : peers(context, args[1] ?? '');
  },
  *run(context, [type, kind, ...named]) {
    if (type === undefined || kind === undefined || !KINDS.includes(kind) || named.length === 0) {
      yield usage(command);
      return;
    }
    const fields = context.pjsip?.notify.fields(type);
    if (fields === undefined) throw new CommandFailed(`Unable to find notify type '${type}'`);
    for (const peer of named) {
      yield `Sending NOTIFY of type '${type}' to '${peer}'\n`;
      yield send(context, kind, peer, fields);
    }
  },
};

export const pjsipNotifyCommands: readonly CliCommand[] = [command];
