import type { AppInfo, Source } from '../../stasis/index.ts';
import { type AriView, type CliCommand, type CliContext, CommandFailed, usage } from '../command.ts';

const MODULE = 'res_ari';

const yesNo = (value: boolean) => (value ? 'Yes' : 'No');

/** The interface as it is configured. @throws {CommandFailed} while there is none */
function view({ ari }: CliContext): AriView {
  const found = ari();
  if (found === undefined) throw new CommandFailed('Error getting ARI configuration');
  return found;
}

function* appNames({ stasis }: CliContext): Iterable<string> {
  for (const { name } of stasis.list()) yield name;
}

function apps(context: CliContext): string {
  const names = [...appNames(context)].map((name) => `${name}\n`);
  return `${'Application Name'.padEnd(25)}\n${'='.repeat(25)}\n${names.join('')}`;
}

function* app({ stasis }: CliContext, name: string): Iterable<string> {
  const info = stasis.info(name);
  if (info === undefined) throw new CommandFailed('');
  const sources: readonly (readonly [title: string, source: Source, ids: readonly string[]])[] = [
    ['Channels', 'channel', info.channelIds],
    ['Bridges', 'bridge', info.bridgeIds],
    ['Endpoints', 'endpoint', info.endpointIds],
  ];
  yield `Name: ${name}\n  Debug: ${yesNo(info.debug)}\n`;
  yield `  Subscription Model: ${subscriptionModel(info)}\n`;
  yield `  Subscriptions: ${sources.reduce((sum, [, , ids]) => sum + ids.length, 0)}\n`;
  for (const [title, source, ids] of sources) {
    yield `    ${title}:\n`;
    for (const id of ids) yield `      ${id} (${stasis.subscriptionCount(name, source, id)})\n`;
  }
}

function subscriptionModel({ subscribedToAll }: AppInfo): string {
  return subscribedToAll ? 'Global Resource Subscription' : 'Application/Explicit Resource Subscription';
}

function setDebug({ stasis }: CliContext, name: string, word: string): string {
  const on = /^(?:on|yes|true|1|y|t)$/i.test(word);
  if (name === 'all') {
    stasis.setDebug(undefined, on);
    return `Debugging on all applications ${on ? 'enabled' : 'disabled'}\n`;
  }
  if (!stasis.setDebug(name, on)) throw new CommandFailed('');
  return `Debugging on '${name}' ${on ? 'enabled' : 'disabled'}\n`;
}

function users(context: CliContext): string {
  const all = [...view(context).users()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const row = (readOnly: string, acl: string, name: string) =>
    `${readOnly.padEnd(4)}  ${acl.padEnd(4)}  ${name}\n`;
  return [
    row('r/o?', 'ACL?', 'Username'),
    row('----', '----', '--------'),
    ...all.map((each) => row(yesNo(each.readOnly), yesNo(each.acl), each.name)),
  ].join('');
}

function user(context: CliContext, name: string): string {
  const found = [...view(context).users()].find((each) => each.name === name);
  if (found === undefined) return `User '${name}' not found\n`;
  return `Username: ${name}\nRead only?: ${yesNo(found.readOnly)}\nACL?: ${yesNo(found.acl)}\n`;
}

function status(context: CliContext): string {
  const { enabled, pretty, realm, allowedOrigins } = view(context).settings;
  return `ARI Status:\nEnabled: ${yesNo(enabled)}\nOutput format: ${pretty ? 'pretty' : 'compact'}\nAuth realm: ${realm}\nAllowed Origins: ${allowedOrigins}\n`;
}

function* sockets(context: CliContext): Iterable<string> {
  const row = (id: string, type: string, remote: string, state: string, names: string) =>
    `${id.padEnd(37)} ${type.padEnd(15)} ${remote.padEnd(32)} ${state.padEnd(5)} ${names}\n`;
  yield row('Connection ID', 'Type', 'RemoteAddr', 'State', 'Apps'.padEnd(16));
  yield row('-'.repeat(37), '-'.repeat(15), '-'.repeat(32), '-'.repeat(5), '-'.repeat(16));
  for (const each of view(context).sockets())
    yield row(each.id, 'inbound', each.remote, 'Up', [...each.apps].sort().join(','));
}

function shutDown(context: CliContext, id: string): string {
  if (view(context).shutDown(id) === 0) throw new CommandFailed(`Websocket session '${id}' not found`);
  return `Shutting down websocket session '${id}'\n`;
}

const debug: CliCommand = {
  words: 'ari set debug',
  args: '<application|all> <on|off>',
  takes: 2,
  summary: 'Enable/disable debugging of an ARI application',
  usage: 'Enable or disable debugging on a specific application.',
  module: MODULE,
  complete: (context, args) => (args.length === 0 ? ['all', ...appNames(context)] : ['on', 'off']),
  run: (context, [name, word]) =>
    name === undefined || word === undefined ? usage(debug) : setDebug(context, name, word),
};

/** The REST interface: its users, its applications and their sockets. */
export const ariCommands: readonly CliCommand[] = [
  {
    words: 'ari show apps',
    takes: 0,
    summary: 'List registered ARI applications',
    usage: 'Lists all registered applications.',
    module: MODULE,
    run: apps,
  },
  {
    words: 'ari show app',
    args: '<application>',
    needs: 1,
    takes: 1,
    summary: 'Display details of a registered ARI application',
    usage: 'Provide detailed information about a registered application.',
    module: MODULE,
    complete: appNames,
    run: (context, [name = '']) => app(context, name),
  },
  debug,
  {
    words: 'ari show users',
    takes: 0,
    summary: 'List ARI users',
    usage: 'Shows all ARI users',
    module: MODULE,
    run: users,
  },
  {
    words: 'ari show user',
    args: '<username>',
    needs: 1,
    takes: 1,
    summary: 'List single ARI user',
    usage: 'Shows a specific ARI user',
    module: MODULE,
    *complete(context) {
      for (const { name } of context.ari()?.users() ?? []) yield name;
    },
    run: (context, [name = '']) => user(context, name),
  },
  {
    words: 'ari show status',
    takes: 0,
    summary: 'Show ARI settings',
    usage: 'Shows all ARI settings',
    module: MODULE,
    run: status,
  },
  {
    words: 'ari show websocket sessions',
    takes: 0,
    summary: 'Show websocket sessions',
    usage: 'Shows all ARI websocket sessions',
    module: MODULE,
    run: sockets,
  },
  {
    words: 'ari shutdown websocket session',
    args: '<id>',
    needs: 1,
    takes: 1,
    summary: 'Shutdown websocket session',
    usage: 'Shuts down ARI websocket session',
    module: MODULE,
    *complete(context) {
      for (const { id } of context.ari()?.sockets() ?? []) yield id;
    },
    run: (context, [id = '']) => shutDown(context, id),
  },
  {
    words: 'ari shutdown websocket sessions',
    takes: 0,
    summary: 'Shutdown websocket sessions',
    usage: 'Shuts down all ARI websocket sessions',
    module: MODULE,
    run: (context) => {
      view(context).shutDown();
      return 'Shutting down all websocket sessions\n';
    },
  },
];
