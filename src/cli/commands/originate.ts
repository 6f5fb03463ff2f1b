import { type Destination, RequestError } from '../../switch/index.ts';
import { type CliCommand, type CliContext, usage } from '../command.ts';

const TIMEOUT_MS = 30_000;

/** `[exten@][context]`: what stands alone is a context. */
function placeOf(text: string): Destination {
  const at = text.indexOf('@');
  const [exten, context] = at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + 1)];
  return { kind: 'extension', exten: exten || 's', context: context || 'default', priority: 1 };
}

function destinationOf([how = '', first = '', ...more]: readonly string[]): Destination | undefined {
  switch (how.toLowerCase()) {
    case 'application':
      return first === '' ? undefined : { kind: 'application', name: first, data: more.join(' ') };
    case 'extension':
      return more.length > 0 ? undefined : placeOf(first);
    default:
      return undefined;
  }
}

function originate({ dialplan }: CliContext, [channel = '', ...rest]: readonly string[]): string {
  const target = destinationOf(rest);
  if (target === undefined) return usage(originateCommand);
  const slash = channel.indexOf('/');
  if (slash < 0 || slash === channel.length - 1)
    return `*** No data provided after channel type! ***\n${usage(originateCommand)}`;
  const order = {
    technology: channel.slice(0, slash),
    resource: channel.slice(slash + 1),
    formats: [],
    variables: [],
    timeoutMs: TIMEOUT_MS,
    target,
    restricted: false,
  };
  // Nobody waits for it: what comes of it is seen in the log and the list of channels.
  dialplan?.originator.originate(order).catch((error: unknown) => {
    if (!(error instanceof RequestError)) throw error;
  });
  return '';
}

/** Calls somebody. */
export const originateCommand: CliCommand = {
  words: 'channel originate',
  args: '<tech/data> application <appname> [appdata] | <tech/data> extension [exten@][context]',
  needs: 2,
  module: 'res_clioriginate',
  summary: 'Originate a call',
  usage:
    "Calls somebody and, once they answer, lets an application or an extension have the call.\nArguments of the application that have spaces stand in quotation marks. The extension\nis 's' and the context 'default' unless given. It may ring for 30 seconds.",
  complete: (_context, args) => (args.length === 1 ? ['application', 'extension'] : []),
  run: originate,
};
