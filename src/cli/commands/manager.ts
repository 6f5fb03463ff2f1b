import { type CliCommand, type CliContext, CommandFailed, type ManagerPort, usage } from '../command.ts';

/** Widths of the columns of lists, as scripts know them. */
const ACTION_WIDTH = 44;
const SYNOPSIS_WIDTH = 33;
const EVENT_WIDTH = 26;
const EVENT_COLUMNS = 3;
const SETTING_WIDTH = 25;
const PROXY_WIDTHS = [16, 27, 12, 10, 7, 7, 8, 8, 7, 6];

const yesNo = (on: boolean) => (on ? 'Yes' : 'No');

function portOf({ manager }: CliContext): ManagerPort {
  const port = manager();
  if (port === undefined) throw new CommandFailed('The manager interface is not running');
  return port;
}

function* showUsers(context: CliContext): Iterable<string> {
  const { users } = portOf(context).settings();
  yield '\nusername\n--------\n';
  for (const { name } of users.values()) yield `${name}\n`;
  yield `-------------------\n${users.size} manager users configured.\n`;
}

function showUser(context: CliContext, name: string): string {
  const port = portOf(context);
  const user = port.settings().users.get(name.toLowerCase());
  if (user === undefined) return `There is no manager called ${name}\n`;
  const rows: readonly (readonly [string, string])[] = [
    ['username', user.name],
    ['secret', '<Set>'],
    ['ACL', user.acl === undefined ? 'no' : 'yes'],
    ['read perm', port.classText(user.read)],
    ['write perm', port.classText(user.write)],
    ['displayconnects', yesNo(user.displayConnects).toLowerCase()],
    ['allowmultiplelogin', yesNo(user.allowMultipleLogin).toLowerCase()],
    ['Variables', ''],
    ...user.variables.map(([variable, value]) => ['', `${variable} = ${value}`] as const),
  ];
  return `\n${rows.map(([label, value]) => `${label === '' ? ' '.repeat(19) : `${label.padStart(18)}:`} ${value}\n`).join('')}`;
}

function* showSettings(context: CliContext): Iterable<string> {
  const settings = portOf(context).settings();
  const { tls } = settings;
  const rows: readonly (readonly [string, string])[] = [
    ['Manager (AMI)', yesNo(settings.enabled)],
    ['Web Manager (AMI/HTTP)', yesNo(settings.webEnabled)],
    ['TCP Bindaddress', `${settings.address}:${settings.port}`],
    ['HTTP Timeout (seconds)', String(settings.httpTimeout)],
    ['TLS Enable', yesNo(tls !== undefined)],
    ['TLS Bindaddress', tls === undefined ? 'Disabled' : `${tls.address}:${tls.port}`],
    ['TLS Certfile', settings.tlsCertificate],
    ['TLS Privatekey', tls === undefined || tls.privateKey === tls.certificate ? '' : tls.privateKey],
    ['TLS Cipher', tls?.cipher ?? ''],
    ['Allow multiple login', yesNo(settings.allowMultipleLogin)],
    ['Display connects', yesNo(settings.displayConnects)],
    ['Timestamp events', yesNo(settings.timestampEvents)],
    ['Channel vars', settings.channelVariables.join(',')],
    ['Disabled events', [...settings.disabledEvents].join(',')],
    ['Debug', yesNo(portOf(context).debug())],
  ];
  yield '\nGlobal Settings:\n----------------\n';
  for (const [label, value] of rows) yield `  ${`${label}:`.padEnd(SETTING_WIDTH + 1)} ${value.padEnd(15)}\n`;
}

function* showConnected(context: CliContext): Iterable<string> {
  const line = (...cells: readonly string[]) =>
    `  ${[15, 55, 10, 10, 8, 8, 10, 10].map((width, at) => (cells[at] ?? '').padEnd(width)).join('  ')}\n`;
  yield line('Username', 'IP Address', 'Start', 'Elapsed', 'FileDes', 'HttpCnt', 'ReadPerms', 'WritePerms');
  let count = 0;
  const now = context.switch.clock.now();
  for (const each of portOf(context).connected()) {
    count++;
    const { user, address, startedAt, number, overHttp, read, write } = each;
    yield line(
      user,
      address,
      String(Math.floor(startedAt / 1000)),
      String(Math.floor((now - startedAt) / 1000)),
      String(number),
      overHttp ? '1' : '0',
      String(read),
      String(write),
    );
  }
  yield `${count} users connected.\n`;
}

function* showCommands(context: CliContext): Iterable<string> {
  const line = (name: string, synopsis: string) =>
    `  ${name.padEnd(ACTION_WIDTH)} ${synopsis.slice(0, SYNOPSIS_WIDTH)}\n`;
  yield line('Action', 'Synopsis');
  yield line('------', '--------');
  for (const { name, synopsis } of portOf(context).actions()) yield line(name, synopsis);
}

function showCommand(context: CliContext, names: readonly string[]): string {
  let text = '';
  for (const name of names) {
    const action = portOf(context)
      .actions()
      .find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (action === undefined) continue;
    const syntax = action.parameters.map((each) =>
      each.required ? `${each.name}: <value>` : `[${each.name}:] <value>`,
    );
    text +=
      `\n  -= Info about Manager Command '${action.name}' =- \n` +
      `\n[Synopsis]\n${action.synopsis}\n` +
      `\n[Provided By]\n${action.module === 'manager' ? 'builtin' : action.module}\n` +
      `\n[Syntax]\n${[`Action: ${action.name}`, ...syntax].join('\n')}\n` +
      `\n[Privilege]\n${action.privilege}\n`;
  }
  return text;
}

function* showEvents(context: CliContext): Iterable<string> {
  const names = portOf(context)
    .events()
    .map((each) => each.name)
    .sort();
  const rule = `${'-'.repeat(EVENT_WIDTH)}  `.repeat(EVENT_COLUMNS);
  yield `Events:\n  ${rule}\n`;
  for (let at = 0; at < names.length; at += EVENT_COLUMNS) {
    const row = names.slice(at, at + EVENT_COLUMNS).map((each) => each.padEnd(EVENT_WIDTH));
    yield `  ${row.join('  ')}\n`;
  }
}

function showEvent(context: CliContext, name: string): string {
  const event = portOf(context)
    .events()
    .find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (event === undefined) return `Could not find event '${name}'\n`;
  return `\n[Event]\n${event.name}\n\n[Privilege]\n${event.privilege}\n`;
}

function showQueue(context: CliContext): string {
  const last = portOf(context).lastEvent();
  if (last === undefined) return 'No event was told yet.\n';
  return `Usecount: ${last.listeners}\nCategory: ${last.eventClass}\nEvent:\n${last.text}`;
}

/** A line for each server, and one more for why it is away. */
function* showProxies(context: CliContext): Iterable<string> {
  const line = (...cells: readonly string[]) =>
    `${cells.map((each, at) => each.padEnd(PROXY_WIDTHS[at] ?? 0)).join('  ')}`.trimEnd();
  yield `${line('Name', 'Address', 'User', 'State', 'Seconds', 'Waiting', 'Answers', 'Events', 'Unasked', 'Logins')}\n`;
  let [count, up] = [0, 0];
  for (const each of portOf(context).proxies()) {
    const { name, address, tls, user, state, since, waiting, answers, events, unasked, connections } = each;
    count++;
    if (state.kind === 'up') up++;
    const seconds = Math.max(0, Math.floor((context.switch.clock.now() - since) / 1000));
    const numbers = [seconds, waiting, answers, events, unasked, connections].map(String);
    yield `${line(name, `${address}${tls ? ' TLS' : ''}`, user, state.kind, ...numbers)}\n`;
    if (state.kind === 'away')
      yield `  ${state.reason}; asked again ${(state.retryMs / 1000).toFixed(1)} s after that\n`;
  }
  yield `${count} servers, ${up} connected.\n`;
}

const setDebug: CliCommand = {
  words: 'manager set debug',
  args: '[on|off]',
  takes: 1,
  summary: 'Show, enable, disable debugging of the manager code',
  usage: 'Logs the name of every action that comes in, and who sent it.',
  complete: () => ['on', 'off'],
  run: (context, [what]) => {
    const port = portOf(context);
    if (what === undefined) return `manager debug is ${port.debug() ? 'on' : 'off'}\n`;
    if (what !== 'on' && what !== 'off') return usage(setDebug);
    port.setDebug(what === 'on');
    return '';
  },
};

/** The manager interface. */
export const managerCommands: readonly CliCommand[] = [
  {
    words: 'manager show commands',
    takes: 0,
    summary: 'List manager interface commands',
    run: showCommands,
  },
  {
    words: 'manager show command',
    args: '<actionname> [<actionname> …]',
    needs: 1,
    summary: 'Show a manager interface command',
    usage: 'Shows what an action is for, its headers, and who may use it.',
    complete: (context) =>
      context
        .manager()
        ?.actions()
        .map((each) => each.name) ?? [],
    run: showCommand,
  },
  {
    words: 'manager show events',
    takes: 0,
    summary: 'List manager interface events',
    run: showEvents,
  },
  {
    words: 'manager show event',
    args: '<eventname>',
    needs: 1,
    takes: 1,
    summary: 'Show a manager interface event',
    complete: (context) =>
      context
        .manager()
        ?.events()
        .map((each) => each.name) ?? [],
    run: (context, [name = '']) => showEvent(context, name),
  },
  {
    words: 'manager show eventq',
    takes: 0,
    summary: 'List manager interface queued events',
    usage: 'Shows the event that was told last; every client has a queue of its own here.',
    run: showQueue,
  },
  {
    words: 'manager show users',
    takes: 0,
    summary: 'List configured manager users',
    run: showUsers,
  },
  {
    words: 'manager show user',
    args: '<user>',
    needs: 1,
    takes: 1,
    summary: 'Display information on a specific manager user',
    complete: (context) => [...(context.manager()?.settings().users.values() ?? [])].map((each) => each.name),
    run: (context, [name = '']) => showUser(context, name),
  },
  {
    words: 'manager show connected',
    takes: 0,
    summary: 'List connected manager interface users',
    run: showConnected,
  },
  {
    words: 'manager show proxies',
    takes: 0,
    summary: 'Show the servers of amiproxy.conf',
    usage:
      'Shows whether each is connected (and since when, or why not), the actions that wait for it, and how many answers,\n' +
      'events and packets that nobody asked for have come from it.',
    run: showProxies,
  },
  {
    words: 'manager show settings',
    takes: 0,
    summary: 'Show manager global settings',
    run: showSettings,
  },
  setDebug,
  {
    words: 'manager kick session',
    args: '<file descriptor>',
    needs: 1,
    takes: 1,
    summary: 'Kick a connected manager session',
    usage: 'Ends the session with this number in the column FileDes of `manager show connected`.',
    complete: (context) => [...(context.manager()?.connected() ?? [])].map((each) => String(each.number)),
    run: (context, [number = '']) => {
      if (!/^\d{1,9}$/.test(number)) throw new CommandFailed('Invalid AMI file descriptor');
      return portOf(context).kick(Number(number))
        ? `Kicked manager session ${number}\n`
        : `No manager session found with file descriptor ${number}\n`;
    },
  },
];
