import { isFalse, isTrue, parseInteger } from '../../conf/index.ts';
import { type ClassMask, NO_CLASS, parseClasses } from '../classes.ts';

const MAX_SECONDS = 86_400;
const MAX_COUNT = 1_000_000;
const MAX_PORT = 65_535;

/** How the text of an option is read; undefined is refused with `wrong`. Several lines of one option come joined by commas. */
interface Kind<T> {
  readonly read: (text: string) => T | undefined;
  readonly wrong: string;
}

const kind = <T>(wrong: string, read: (text: string) => T | undefined): Kind<T> => ({ wrong, read });

const kinds = {
  'yes-no': kind('is neither yes nor no', (text) =>
    isTrue(text) ? true : isFalse(text) ? false : undefined,
  ),
  text: kind('is no text', (text) => text),
  list: kind('is no list', (text) =>
    text
      .split(',')
      .map((each) => each.trim().toLowerCase())
      .filter((each) => each !== ''),
  ),
  port: kind(`is no number from 0 to ${MAX_PORT}`, (text) => parseInteger(text, 0, MAX_PORT)),
  /** `undefined` inside of a list of one: none was given. */
  'port-if-any': kind(
    `is no number from 0 to ${MAX_PORT}`,
    (text): readonly [number | undefined] | undefined => {
      const port = parseInteger(text, 0, MAX_PORT);
      return text !== '' && port === undefined ? undefined : [port];
    },
  ),
  /** In milliseconds; parts of a second may be given. */
  seconds: kind('is no time in seconds', (text) =>
    /^\d{1,5}(\.\d{1,3})?$/.test(text) && Number(text) <= MAX_SECONDS ? Number(text) * 1000 : undefined,
  ),
  count: kind(`is no number from 1 to ${MAX_COUNT}`, (text) => parseInteger(text, 1, MAX_COUNT)),
  auth: kind('is neither md5 nor plain', (text): 'md5' | 'plain' | undefined => {
    const word = text.toLowerCase();
    return word === 'md5' || word === 'plain' ? word : undefined;
  }),
  /** Nothing that can be read there must not open to everybody what it was to close. */
  classes: kind('names no class', (text): ClassMask | undefined => {
    const mask = parseClasses(text);
    return mask === NO_CLASS ? undefined : mask;
  }),
} as const;

type KindName = keyof typeof kinds;
type ValueOf<K extends KindName> = NonNullable<ReturnType<(typeof kinds)[K]['read']>>;

/** How an option that was given is turned into its value, or why it cannot be. */
export function readOption(
  option: ProxyOption,
  text: string,
): { readonly value: unknown } | { readonly wrong: string } {
  const value = kinds[option.kind].read(text);
  return value === undefined ? { wrong: `'${option.name}' ${kinds[option.kind].wrong}` } : { value };
}

/** The values of a table of options, by name. */
export type OptionValues<Table extends readonly ProxyOption[]> = {
  readonly [Option in Table[number] as Option['name']]: ValueOf<Option['kind']>;
};

/** One option of amiproxy.conf, declared once; reading, checking and docs/ami.md follow this table. */
export interface ProxyOption {
  readonly name: string;
  readonly kind: KindName;
  /** Its value where the file says nothing. */
  readonly default: string;
  readonly required?: true;
  readonly doc: string;
}

/** [general]: the further formats for clients, and what goes for every upstream server. */
export const generalOptions = [
  {
    name: 'enabled',
    kind: 'yes-no',
    default: 'no',
    doc: 'Whether there are connections to other servers, and `Server:` means something.',
  },
  {
    name: 'unknownclass',
    kind: 'classes',
    default: 'system',
    doc: 'Classes of which a user needs one in `write` for an action that neither this server nor Asterisk 22 knows.',
  },
  {
    name: 'jsonenabled',
    kind: 'yes-no',
    default: 'no',
    doc: 'Whether JSON lines are spoken on a port of their own.',
  },
  { name: 'jsonbindaddr', kind: 'text', default: '127.0.0.1', doc: 'Its address.' },
  { name: 'jsonport', kind: 'port', default: '5048', doc: 'Its port.' },
  { name: 'jsontlsenable', kind: 'yes-no', default: 'no', doc: 'The same with TLS.' },
  { name: 'jsontlsbindaddr', kind: 'text', default: '127.0.0.1', doc: 'Its address.' },
  { name: 'jsontlsport', kind: 'port', default: '5049', doc: 'Its port.' },
  { name: 'tlscertfile', kind: 'text', default: 'asterisk.pem', doc: 'Certificate of that port.' },
  {
    name: 'tlsprivatekey',
    kind: 'text',
    default: '',
    doc: 'Its key; in the file of the certificate unless given.',
  },
  { name: 'tlscipher', kind: 'text', default: '', doc: 'Ciphers, as OpenSSL names them.' },
  {
    name: 'websocket',
    kind: 'yes-no',
    default: 'no',
    doc: 'Whether the HTTP server (and the HTTPS server) offers the WebSocket `/ami`.',
  },
  {
    name: 'weborigins',
    kind: 'list',
    default: '',
    doc: 'Origins of pages that may open it besides those of this server; `*` for any.',
  },
] as const satisfies readonly ProxyOption[];

/** Every other section: one server, known by the section's name. */
export const upstreamOptions = [
  { name: 'enabled', kind: 'yes-no', default: 'yes', doc: 'Whether it is connected to.' },
  { name: 'host', kind: 'text', default: '', required: true, doc: 'Its name or address.' },
  { name: 'port', kind: 'port-if-any', default: '', doc: 'Its port: 5038, or 5039 with TLS, unless given.' },
  { name: 'username', kind: 'text', default: '', required: true, doc: 'The user of its manager.conf.' },
  { name: 'secret', kind: 'text', default: '', required: true, doc: "That user's secret." },
  { name: 'auth', kind: 'auth', default: 'md5', doc: '`md5` answers a challenge, `plain` sends the secret.' },
  {
    name: 'users',
    kind: 'list',
    default: '',
    doc: 'Users of the manager.conf of this server who may address it and hear its events; `*` for all. Nobody unless given.',
  },
  {
    name: 'events',
    kind: 'text',
    default: 'on',
    doc: 'Events it is asked for: `on`, `off`, or classes, as an action Events has them.',
  },
  { name: 'tls', kind: 'yes-no', default: 'no', doc: 'Whether the connection is encrypted.' },
  {
    name: 'tlsverify',
    kind: 'yes-no',
    default: 'yes',
    doc: 'Whether its certificate must be signed by a known authority and be for its name.',
  },
  {
    name: 'tlscafile',
    kind: 'text',
    default: '',
    doc: 'Authorities that are believed; those of the system unless given.',
  },
  {
    name: 'tlsservername',
    kind: 'text',
    default: '',
    doc: 'The name in its certificate; `host` unless given.',
  },
  { name: 'tlscertfile', kind: 'text', default: '', doc: 'Certificate of this side, where it asks for one.' },
  {
    name: 'tlsprivatekey',
    kind: 'text',
    default: '',
    doc: 'Its key; in the file of the certificate unless given.',
  },
  { name: 'reconnectmin', kind: 'seconds', default: '1', doc: 'Pause before the second attempt to connect.' },
  {
    name: 'reconnectmax',
    kind: 'seconds',
    default: '60',
    doc: 'The longest pause: each is twice as long as the one before, less a random part of up to a half.',
  },
  {
    name: 'keepalive',
    kind: 'seconds',
    default: '30',
    doc: 'Silence before it is asked for a sign of life; 0 for never.',
  },
  {
    name: 'answertimeout',
    kind: 'seconds',
    default: '30',
    doc: 'How long an answer, or the next part of a list, may take.',
  },
  {
    name: 'queuelimit',
    kind: 'count',
    default: '1000',
    doc: 'Actions that may wait for its answers at once.',
  },
] as const satisfies readonly ProxyOption[];
