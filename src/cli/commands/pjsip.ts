import { placeText, SorceryObject } from '../../sorcery/index.ts';
import { type CliCommand, type CliContext, CommandFailed, type ContactView } from '../command.ts';
import { cut, RULE } from './layout.ts';
import { listCommand } from './like.ts';
import { channelLines, IN_ENDPOINT } from './pjsip-channels.ts';
import { registrationLine } from './pjsip-registrations.ts';

/** `pjsip show` and `pjsip list`: the shape of the lines of each kind of object. */
interface Kind {
  readonly plural: string;
  readonly singular: string;
  /** As help texts write the plural. */
  readonly title: string;
  readonly type: string;
  readonly module: string;
  readonly header: readonly string[];
  /** How many header lines `pjsip list` keeps. */
  readonly listHeader: number;
  readonly line: (object: SorceryObject, context: CliContext) => string;
  /** Lines for what is there without an object. */
  readonly others?: (context: CliContext) => Iterable<string>;
  /** Lines below it, when shown and not listed. */
  readonly details?: (object: SorceryObject, context: CliContext) => Iterable<string>;
}

const ENDPOINT_HEADER = [
  ' Endpoint:  <Endpoint/CID.....................................>  <State.....>  <Channels.>',
  '    I/OAuth:  <AuthId/UserName...........................................................>',
  '        Aor:  <Aor............................................>  <MaxContact>',
  '      Contact:  <Aor/ContactUri..........................> <Hash....> <Status> <RTT(ms)..>',
  '  Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress..................>',
  '   Identify:  <Identify/Endpoint.........................................................>',
  '        Match:  <criteria.........................>',
  '    Channel:  <ChannelId......................................>  <State.....>  <Time.....>',
  '        Exten: <DialedExten...........>  CLCID: <ConnectedLineCID.......>',
];

function authLine(prefix: string, object: SorceryObject): string {
  return `${prefix}${object.id}/${object.get('username')}`;
}

/** The name has a column, in which it is cut, and the number another, at whose right edge it stands. */
function aorLine(indent: string, width: number, object: SorceryObject): string {
  return `${indent}Aor:  ${cut(object.id, width)} ${object.get('max_contacts').padStart(12)}`;
}

function contactLine(indent: string, width: number, contact: ContactView): string {
  const rtt = contact.rttMs === undefined ? '-nan' : contact.rttMs.toFixed(3);
  const name = `${contact.aor}/${contact.uri}`.padEnd(width);
  return `${indent}Contact:  ${name} ${contact.hash.slice(0, 10)} ${contact.status.padEnd(7)} ${rtt.padStart(11)}`;
}

/** A transport with where it really listens: what is stored may not be in force, or not be to be had. */
function transportLine(prefix: string, object: SorceryObject, context: CliContext): string {
  const state = [...(context.pjsip?.transports() ?? [])].find((each) => each.id === object.id);
  return state?.listening === undefined
    ? transportText(prefix, object, `${object.get('bind')} (not listening)`)
    : transportText(prefix, state.object, state.listening);
}

function transportText(prefix: string, object: SorceryObject, where: string): string {
  const { id } = object;
  return `${prefix}Transport:  ${id.padEnd(21)}  ${object.get('protocol').padStart(6)} ${object.get('cos').padStart(6)} ${object.get('tos').padStart(6)}  ${where}`;
}

/** Sockets that are open though no object says so: a reload may not close them, or calls still need them. */
function* otherTransports({ pjsip, sorcery }: CliContext): Iterable<string> {
  for (const { id, object, listening } of pjsip?.transports() ?? [])
    if (listening !== undefined && sorcery.get('transport', id) === undefined)
      yield transportText('', object, `${listening} (until the next start)`);
  for (const each of pjsip?.retiringTransports() ?? []) yield `Transport:  ${each} (until its calls end)`;
}

/** `192.0.2.0/24` of `192.0.2.0/255.255.255.0`. */
function prefixLength(network: string): string {
  const slash = network.indexOf('/');
  const mask = network.slice(slash + 1);
  const bits = mask.includes(':')
    ? mask.split(':').reduce((sum, part) => sum + popcount(Number.parseInt(part || '0', 16)), 0)
    : mask.split('.').reduce((sum, part) => sum + popcount(Number(part)), 0);
  return `${network.slice(0, slash)}/${bits}`;
}

function popcount(value: number): number {
  let bits = 0;
  for (let rest = value; rest > 0; rest >>>= 1) bits += rest & 1;
  return bits;
}

/** What an `identify` matches, with the titles of its lines aligned to the right. */
function* matches(object: SorceryObject, width: number): Iterable<string> {
  const line = (title: string, value: string) => `${title.padStart(width)}: ${value}`;
  for (const each of object.list('match')) yield line('Match', prefixLength(each));
  const header = object.get('match_header');
  if (header !== '') yield line('Header', header);
  const uri = object.get('match_request_uri');
  if (uri !== '') yield line('RequestURI', uri);
}

function callerNumber(callerid: string): string {
  if (callerid === '<unknown>') return '';
  const open = callerid.lastIndexOf('<');
  return open < 0 ? callerid : callerid.slice(open + 1, -1);
}

function endpointLine(object: SorceryObject, context: CliContext): string {
  const number = callerNumber(object.get('callerid'));
  const name = number === '' ? object.id : `${object.id}/${number}`;
  const state = context.pjsip?.endpointState(object) ?? 'Unavailable';
  const busyAt = object.get('device_state_busy_at');
  const channels = context.switch.endpoints.channelIds('PJSIP', object.id).length;
  return ` Endpoint:  ${cut(name, 51)}  ${state.padEnd(13)} ${channels} of ${busyAt === '0' ? 'inf' : busyAt}`;
}

function* endpointDetails(object: SorceryObject, context: CliContext): Iterable<string> {
  const { sorcery } = context;
  for (const id of object.list('auth')) {
    const auth = sorcery.get('auth', id);
    if (auth !== undefined) yield authLine('     InAuth:  ', auth);
  }
  for (const id of object.list('outbound_auth')) {
    const auth = sorcery.get('auth', id);
    if (auth !== undefined) yield authLine('    OutAuth:  ', auth);
  }
  for (const id of object.list('aors')) {
    const aor = sorcery.get('aor', id);
    if (aor === undefined) continue;
    yield aorLine('        ', 39, aor);
    for (const contact of context.pjsip?.contacts(aor) ?? []) yield contactLine('      ', 42, contact);
  }
  const transport = sorcery.get('transport', object.get('transport'));
  if (transport !== undefined) yield transportLine('  ', transport, context);
  for (const identify of sorcery.all('identify')) {
    if (identify.get('endpoint') !== object.id) continue;
    yield `   Identify:  ${identify.id}/${object.id}`;
    yield* matches(identify, 13);
  }
  for (const id of context.switch.endpoints.channelIds('PJSIP', object.id)) {
    const channel = context.switch.get(id);
    if (channel !== undefined) yield* channelLines(context, channel, IN_ENDPOINT);
  }
}

const kinds: readonly Kind[] = [
  {
    plural: 'endpoints',
    singular: 'endpoint',
    title: 'Endpoints',
    type: 'endpoint',
    module: 'res_pjsip',
    header: ENDPOINT_HEADER,
    listHeader: 1,
    line: endpointLine,
    details: endpointDetails,
  },
  {
    plural: 'auths',
    singular: 'auth',
    title: 'Auths',
    type: 'auth',
    module: 'res_pjsip',
    header: ['  I/OAuth:  <AuthId/UserName.............................................................>'],
    listHeader: 1,
    line: (object) => authLine('     Auth:  ', object),
  },
  {
    plural: 'aors',
    singular: 'aor',
    title: 'Aors',
    type: 'aor',
    module: 'res_pjsip',
    header: [
      '      Aor:  <Aor..............................................>  <MaxContact>',
      '    Contact:  <Aor/ContactUri............................> <Hash....> <Status> <RTT(ms)..>',
    ],
    listHeader: 1,
    line: (object) => aorLine('      ', 41, object),
    *details(object, context) {
      for (const contact of context.pjsip?.contacts(object) ?? []) yield contactLine('    ', 44, contact);
    },
  },
  {
    plural: 'transports',
    singular: 'transport',
    title: 'Transports',
    type: 'transport',
    module: 'res_pjsip',
    header: ['Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress....................>'],
    listHeader: 1,
    line: (object, context) => transportLine('', object, context),
    others: otherTransports,
  },
  {
    plural: 'identifies',
    singular: 'identify',
    title: 'Identifies',
    type: 'identify',
    module: 'res_pjsip_endpoint_identifier_ip',
    header: [
      ' Identify:  <Identify/Endpoint...........................................................>',
      '      Match:  <criteria...........................>',
    ],
    listHeader: 1,
    line: (object) => ` Identify:  ${object.id}/${object.get('endpoint')}`,
    details: (object) => matches(object, 11),
  },
  {
    plural: 'registrations',
    singular: 'registration',
    title: 'Registrations',
    type: 'registration',
    module: 'res_pjsip_outbound_registration',
    header: [
      ' <Registration/ServerURI..............................>  <Auth....................>  <Status.......>',
    ],
    listHeader: 1,
    line: registrationLine,
  },
];

/** Whether an object's lines are followed by an empty one in lists: those that may have lines below them. */
const spaced = (kind: Kind) => kind.details !== undefined;

function* showAll(
  context: CliContext,
  kind: Kind,
  like: RegExp | undefined,
  listed: boolean,
): Iterable<string> {
  let count = 0;
  for (const object of context.sorcery.all(kind.type)) {
    if (like !== undefined && !like.test(object.id)) continue;
    if (count++ === 0) {
      const header = listed ? kind.header.slice(0, kind.listHeader) : kind.header;
      yield `\n${header.join('\n')}\n${RULE}\n\n`;
    }
    yield `${kind.line(object, context)}\n`;
    if (listed) continue;
    for (const line of kind.details?.(object, context) ?? []) yield `${line}\n`;
    if (spaced(kind)) yield '\n';
  }
  for (const line of kind.others?.(context) ?? []) yield `${line}\n`;
  if (count === 0) yield 'No objects found.\n\n';
  else yield `\nObjects found: ${count}\n\n`;
}

function* showOne(context: CliContext, kind: Kind, id: string): Iterable<string> {
  const object = context.sorcery.get(kind.type, id);
  if (object === undefined) {
    yield `Unable to find object ${id}.\n\n`;
    return;
  }
  yield `\n${kind.header.join('\n')}\n${RULE}\n\n${kind.line(object, context)}\n`;
  for (const line of kind.details?.(object, context) ?? []) yield `${line}\n`;
  yield spaced(kind) ? '\n\n' : '\n';
  yield* parameters(context, object);
  yield '\n';
}

/** Every parameter in order of name. A contact that is registered shows among an address's `contact`. */
function* parameters(context: CliContext, object: SorceryObject): Iterable<string> {
  const shown = [...object.shown()];
  if (object.type.name === 'aor') {
    const uris = (context.pjsip?.contacts(object) ?? []).map((each) => each.uri);
    const at = shown.findIndex(([name]) => name === 'contact');
    if (at >= 0 && uris.length > 0) {
      const count = shown.filter(([name]) => name === 'contact').length;
      shown.splice(at, count, ...uris.map((uri) => ['contact', uri] as const));
    }
  }
  const rows = shown.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const width = Math.max('ParameterName'.length, ...rows.map(([name]) => name.length));
  const value = Math.max('ParameterValue'.length, ...rows.map(([, text]) => text.length));
  yield ` ${'ParameterName'.padEnd(width)} : ParameterValue\n`;
  yield ` ${'='.repeat(width + 3 + value)}\n`;
  for (const [name, text] of rows) yield ` ${name.padEnd(width)} : ${text}\n`;
}

const CONTACT_HEADER =
  '  Contact:  <Aor/ContactUri..............................> <Hash....> <Status> <RTT(ms)..>';

function* contactList(context: CliContext, like: RegExp | undefined): Iterable<string> {
  let count = 0;
  for (const contact of context.pjsip?.allContacts() ?? []) {
    if (like !== undefined && !like.test(`${contact.aor}/${contact.uri}`)) continue;
    if (count++ === 0) {
      yield `\n${CONTACT_HEADER}\n${RULE}\n\n`;
    }
    yield `${contactLine('  ', 46, contact)}\n`;
  }
  yield count === 0 ? 'No objects found.\n\n' : `\nObjects found: ${count}\n\n`;
}

/** The object that a command is about. @throws {CommandFailed} when none was named */
function wanted(id: string | undefined): string {
  if (id === undefined) throw new CommandFailed('No object specified.');
  return id;
}

function* oneContact(context: CliContext, name: string): Iterable<string> {
  for (const contact of context.pjsip?.allContacts() ?? []) {
    if (`${contact.aor}/${contact.uri}` !== name) continue;
    yield `\n${CONTACT_HEADER}\n${RULE}\n\n${contactLine('  ', 46, contact)}\n\n`;
    const object = contact.object ?? permanentContact(context, contact.uri);
    if (object !== undefined) yield* parameters(context, object);
    yield '\n';
    return;
  }
  yield `Unable to find object ${name}.\n\n`;
}

/** What an `aor` says of its contact is its URI: the rest are defaults. */
function permanentContact({ sorcery }: CliContext, uri: string): SorceryObject | undefined {
  const defaults = sorcery.defaults('contact');
  const draft = defaults?.draft();
  if (defaults === undefined || draft?.apply('uri', uri) !== undefined) return defaults;
  return new SorceryObject(defaults.type, uri, draft?.values ?? defaults.values);
}

function* ids(context: CliContext, type: string): Iterable<string> {
  for (const object of context.sorcery.all(type)) yield object.id;
}

/** Settings of `global` or `system`, as one list under a title. */
function* settings(context: CliContext): Iterable<string> {
  for (const type of ['global', 'system']) {
    const object = [...context.sorcery.all(type)][0] ?? context.sorcery.defaults(type);
    if (object === undefined) continue;
    yield `\n${type === 'global' ? 'Global' : 'System'} Settings:\n\n`;
    yield* parameters(context, object);
  }
}

export const pjsipCommands: readonly CliCommand[] = [
  ...kinds.flatMap((kind): CliCommand[] => [
    listCommand({
      words: `pjsip show ${kind.plural}`,
      summary: `Show PJSIP ${kind.title}`,
      usage: `List(detailed) the configured PJSIP ${kind.plural}`,
      module: kind.module,
      run: (context, like) => showAll(context, kind, like, false),
    }),
    listCommand({
      words: `pjsip list ${kind.plural}`,
      summary: `List PJSIP ${kind.title}`,
      usage: `List the configured PJSIP ${kind.plural}`,
      module: kind.module,
      run: (context, like) => showAll(context, kind, like, true),
    }),
    {
      words: `pjsip show ${kind.singular}`,
      args: '<id>',
      takes: 1,
      summary: `Show PJSIP ${kind.title.replace(/(?:ie)?s$/, (end) => (end === 's' ? '' : 'y'))}`,
      usage: `Show the configured PJSIP ${kind.singular}`,
      module: kind.module,
      complete: (context) => ids(context, kind.type),
      run: (context, [id]) => showOne(context, kind, wanted(id)),
    },
  ]),
  listCommand({
    words: 'pjsip show contacts',
    summary: 'Show PJSIP Contacts',
    usage: 'List(detailed) the configured PJSIP contacts',
    module: 'res_pjsip',
    run: contactList,
  }),
  listCommand({
    words: 'pjsip list contacts',
    summary: 'List PJSIP Contacts',
    usage: 'List the configured PJSIP contacts',
    module: 'res_pjsip',
    run: contactList,
  }),
  {
    words: 'pjsip show contact',
    args: '<id>',
    takes: 1,
    summary: 'Show PJSIP Contact',
    usage: 'Shows a contact, named by its address of record and its URI: <aor>/<uri>',
    module: 'res_pjsip',
    *complete(context) {
      for (const each of context.pjsip?.allContacts() ?? []) yield `${each.aor}/${each.uri}`;
    },
    run: (context, [id]) => oneContact(context, wanted(id)),
  },
  {
    words: 'pjsip show settings',
    takes: 0,
    summary: 'Show global and system configuration options',
    module: 'res_pjsip',
    run: settings,
  },
  {
    words: 'pjsip show problems',
    takes: 0,
    summary:
      'Show objects and mappings that could not be used, and objects that name others which are nowhere',
    module: 'res_pjsip',
    async run({ sorcery }) {
      const problems = [...sorcery.problems(), ...(await sorcery.danglingReferences())];
      const lines: string[] = [];
      for (const each of problems) {
        const option = each.option === '' ? '' : `, ${each.option}`;
        const object = `${each.type}${each.id === '' ? '' : ` '${each.id}'`}${option}`;
        lines.push(`${[placeText(each), object, each.detail].filter((part) => part !== '').join(': ')}\n`);
      }
      lines.push(problems.length === 0 ? 'No problems found.\n' : `Problems found: ${problems.length}\n`);
      return lines.join('');
    },
  },
  {
    words: 'pjsip set logger',
    args: '{on|off|host <address>}',
    needs: 1,
    takes: 2,
    summary: 'Print SIP messages as they come and go',
    module: 'res_pjsip_logger',
    complete: () => ['on', 'off', 'host'],
    run: ({ pjsip }, [what, host]) => {
      if (pjsip === undefined) return 'PJSIP is not running.\n';
      if (what === 'on' || what === 'off') return `${pjsip.packetLog(what)}\n`;
      if (what === 'host' && host !== undefined) return `${pjsip.packetLog({ host })}\n`;
      return 'Usage: pjsip set logger {on|off|host <address>}\n';
    },
  },
];
