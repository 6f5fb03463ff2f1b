import { aclText } from '../../security/index.ts';
import type { AppInfo, Source } from '../../stasis/index.ts';
import { type AriView, type CliCommand, type CliContext, type CliOutput, CommandFailed } from '../command.ts';

const MODULE = 'res_ari';

/** A command that needs the interface. */
function withAri(run: (ari: AriView, args: readonly string[]) => CliOutput) {
  return (context: CliContext, args: readonly string[]): CliOutput => {
    const ari = context.ari();
    if (ari === undefined) throw new CommandFailed('Error getting ARI configuration');
    return run(ari, args);
  };
}

const yesNo = (value: boolean) => (value ? 'Yes' : 'No');

function status({ general }: AriView): string {
  if (general === undefined) throw new CommandFailed('Error getting ARI configuration');
  const { enabled, pretty, realm, allowedOrigins } = general;
  return (
    `ARI Status:\nEnabled: ${yesNo(enabled)}\nOutput format: ${pretty ? 'pretty' : 'compact'}\n` +
    `Auth realm: ${realm}\nAllowed Origins: ${allowedOrigins.join(',')}\n`
  );
}

function* users(ari: AriView): Iterable<string> {
  yield 'r/o?  ACL?  Username\n----  ----  --------\n';
  for (const { name, readOnly, acl } of [...ari.users()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    yield `${yesNo(readOnly).padEnd(4)}  ${yesNo(acl !== undefined).padEnd(4)}  ${name}\n`;
  }
}

function user(ari: AriView, name: string): string {
  const found = ari.user(name);
  if (found === undefined) return `User '${name}' not found\n`;
  const { readOnly, acl, scopes = [] } = found;
  const lists = acl === undefined ? '' : aclText(acl);
  // What the original does not have is shown where somebody has set it.
  const more = scopes.flatMap((scope) => [
    ...scopeLine('allow_operations', scope.allowOperations),
    ...scopeLine('deny_operations', scope.denyOperations),
    ...scopeLine('allow_applications', scope.allowApplications),
    ...scopeLine('deny_applications', scope.denyApplications),
  ]);
  return `Username: ${name}\nRead only?: ${yesNo(readOnly)}\nACL?: ${yesNo(acl !== undefined)}\n${lists}${more.join('')}`;
}

function scopeLine(name: string, patterns: readonly string[]): string[] {
  return patterns.length === 0 ? [] : [`${name}: ${patterns.join(',')}\n`];
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

/** Widths of the columns; the last one ends where its text does. */
const SESSION_COLUMNS = [37, 15, 32, 5, 16] as const;
const OUTBOUND_COLUMNS = [32, 15, 32, 7, 64] as const;

function row(widths: readonly number[], cells: readonly string[]): string {
  const text = cells.map((cell, index) => cell.padEnd(index + 1 < cells.length ? (widths[index] ?? 0) : 0));
  return `${text.join(' ')}\n`;
}

function ruler(widths: readonly number[]): string {
  return `${widths.map((width) => '-'.repeat(width)).join(' ')}\n`;
}

function* sessions(ari: AriView): Iterable<string> {
  yield row(SESSION_COLUMNS, ['Connection ID', 'Type', 'RemoteAddr', 'State', 'Apps            ']);
  yield ruler(SESSION_COLUMNS);
  for (const { id, kind, remote, state, apps } of ari.sessions()) {
    yield row(SESSION_COLUMNS, [id, kind, remote, state, [...apps].sort().join(',')]);
  }
}

function* outbound(ari: AriView): Iterable<string> {
  yield row(OUTBOUND_COLUMNS, ['Name', 'Type', 'Apps', 'Status', 'URI']);
  yield ruler(OUTBOUND_COLUMNS);
  for (const { name, kind, apps, valid, uri } of ari.outbound()) {
    yield row(OUTBOUND_COLUMNS, [name, kind, apps.join(','), valid ? 'valid' : 'INVALID', uri]);
  }
}

function outboundOne(ari: AriView, name: string): string {
  const found = ari.outbound().find((each) => each.name === name);
  if (found === undefined) throw new CommandFailed('Error getting ARI configuration');
  const options = found.options.map(([label, value]) => `${`${label} =`.padEnd(24)} ${value}\n`);
  return `[${name}] ${found.valid ? '' : '**INVALID**'}\n${options.join('')}\n`;
}

const appNames = ({ stasis }: CliContext) => stasis.list().map((each) => each.name);
const outboundNames = ({ ari }: CliContext) => (ari()?.outbound() ?? []).map((each) => each.name);

/** The REST interface: its settings, users, applications and sockets. */
export const ariCommands: readonly CliCommand[] = [
  {
    words: 'ari show status',
    takes: 0,
    summary: 'Show ARI settings',
    usage: 'Shows all ARI settings',
    module: MODULE,
    run: withAri(status),
  },
  {
    words: 'ari show users',
    takes: 0,
    summary: 'List ARI users',
    usage: 'Shows all ARI users',
    module: MODULE,
    run: withAri(users),
  },
  {
    words: 'ari show user',
    args: '<username>',
    needs: 1,
    takes: 1,
    summary: 'List single ARI user',
    usage: 'Shows a specific ARI user',
    module: MODULE,
    complete: ({ ari }) => [...(ari()?.users() ?? [])].map(({ name }) => name),
    run: withAri((ari, [name = '']) => user(ari, name)),
  },
  {
    words: 'ari mkpasswd',
    args: '<password>',
    needs: 1,
    takes: 1,
    summary: 'Encrypts a password',
    usage:
      'Makes the lines of ari.conf for a password.\nThe password stays in the history of the console:\nthe command mkpasswd of a shell may be the better place.',
    module: MODULE,
    run: withAri(async (ari, [password = '']) => {
      const hash = await ari.makePassword(password);
      if (hash === '') throw new CommandFailed('');
      return `; Copy the following two lines into ari.conf\npassword_format = crypt\npassword = ${hash}\n`;
    }),
  },
  {
    words: 'ari show apps',
    takes: 0,
    summary: 'List registered ARI applications',
    module: MODULE,
    run: (context) => {
      const names = appNames(context).map((name) => `${name}\n`);
      return `Application Name         \n=========================\n${names.join('')}`;
    },
  },
  {
    words: 'ari show app',
    args: '<application>',
    needs: 1,
    takes: 1,
    summary: 'Display details of a registered ARI application',
    usage: 'Shows what an application is subscribed to.',
    module: MODULE,
    complete: appNames,
    run: (context, [name = '']) => app(context, name),
  },
  {
    words: 'ari set debug',
    args: '<application|all> <on|off>',
    needs: 2,
    takes: 2,
    summary: 'Enable/disable debugging of an ARI application',
    usage: 'Shows the events of an application on the console; with all, requests too.',
    module: MODULE,
    complete: (context, args) => (args.length === 0 ? ['all', ...appNames(context)] : ['on', 'off']),
    run: (context, [name = '', word = '']) => setDebug(context, name, word),
  },
  {
    words: 'ari show websocket sessions',
    takes: 0,
    summary: 'Show websocket sessions',
    usage: 'Lists the sockets of applications, those opened from here too.',
    module: MODULE,
    run: withAri(sessions),
  },
  {
    words: 'ari show outbound-websockets',
    takes: 0,
    summary: 'List outbound websocket connections',
    usage: 'Lists the connections that ari.conf asks for.',
    module: MODULE,
    run: withAri(outbound),
  },
  {
    words: 'ari show outbound-websocket',
    args: '<connection id>',
    needs: 1,
    takes: 1,
    summary: 'Show outbound websocket connection',
    usage: 'Shows every option of a connection that ari.conf asks for.',
    module: MODULE,
    complete: outboundNames,
    run: withAri((ari, [name = '']) => outboundOne(ari, name)),
  },
  {
    words: 'ari start outbound-websocket',
    args: '<connection id>',
    needs: 1,
    takes: 1,
    summary: 'Start outbound websocket connection',
    usage: 'Opens a connection that was shut down.',
    module: MODULE,
    complete: outboundNames,
    run: withAri((ari, [name = '']) => {
      if (!ari.startOutbound(name)) throw new CommandFailed('Error getting ARI configuration');
      return `Starting websocket session for outbound-websocket '${name}'\n`;
    }),
  },
  {
    words: 'ari shutdown websocket session',
    args: '<id>',
    needs: 1,
    takes: 1,
    summary: 'Shutdown websocket session',
    usage: 'Closes a socket; one that was opened from here stays closed until it is started.',
    module: MODULE,
    complete: ({ ari }) => (ari()?.sessions() ?? []).map((each) => each.id),
    run: withAri((ari, [id = '']) => {
      if (!ari.shutdownSession(id)) throw new CommandFailed(`Websocket session '${id}' not found`);
      return `Shutting down websocket session '${id}'\n`;
    }),
  },
  {
    words: 'ari shutdown websocket sessions',
    takes: 0,
    summary: 'Shutdown websocket sessions',
    usage: 'Closes every socket of applications.',
    module: MODULE,
    run: withAri((ari) => {
      ari.shutdownSessions();
      return 'Shutting down all websocket sessions\n';
    }),
  },
];
