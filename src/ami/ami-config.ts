import { type Config, isFalse, isTrue, parseInteger, type Section } from '../conf/index.ts';
import { type Acl, readAcl } from '../security/index.ts';
import { type ClassMask, EVERY_CLASS, NO_CLASS, parseClasses } from './classes.ts';
import { configuredFilter, type EventFilter } from './event-filter.ts';
import type { CompilePattern } from './ports.ts';

export interface AmiUser {
  readonly name: string;
  readonly secret: string;
  /** Events that the user may see. */
  readonly read: ClassMask;
  /** Actions that the user may use. */
  readonly write: ClassMask;
  /** Addresses that the user may come from; undefined for all. */
  readonly acl: Acl | undefined;
  readonly filters: readonly EventFilter[];
  readonly allowMultipleLogin: boolean;
  /** Whether coming and going is logged. */
  readonly displayConnects: boolean;
  /** `setvar` lines, for the channels that the user originates. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Milliseconds that a client may take to read what was sent. */
  readonly writeTimeoutMs: number;
}

export interface AmiTls {
  readonly address: string;
  readonly port: number;
  readonly certificate: string;
  /** The certificate's file when there is no other. */
  readonly privateKey: string;
  readonly cipher: string;
}

/** manager.conf. */
export interface AmiConfig {
  readonly enabled: boolean;
  readonly webEnabled: boolean;
  readonly address: string;
  readonly port: number;
  /** The listener for TLS; undefined for none. */
  readonly tls: AmiTls | undefined;
  /** The certificate's name even when TLS is off, as `manager show settings` prints it. */
  readonly tlsCertificate: string;
  /** Seconds that a client may take to log in. */
  readonly authTimeout: number;
  /** Clients that may be connected without having logged in. */
  readonly authLimit: number;
  /** Seconds that a cookie of the HTTP variants is good for without being used. */
  readonly httpTimeout: number;
  readonly allowMultipleLogin: boolean;
  readonly displayConnects: boolean;
  /** Whether events carry the time. */
  readonly timestampEvents: boolean;
  /** Whether Events answers nothing when everything, or nonsense, was asked for: what some old clients expect. */
  readonly brokenEventsAction: boolean;
  readonly debug: boolean;
  /** Variables that are shown with every channel. */
  readonly channelVariables: readonly string[];
  /** Names of events that nobody is told. */
  readonly disabledEvents: ReadonlySet<string>;
  /** In order of the file, by name in lower case: names of users have no case. */
  readonly users: ReadonlyMap<string, AmiUser>;
  /** What could not be used, and why. */
  readonly problems: readonly string[];
}

export interface AmiConfigOptions {
  /** A list of acl.conf; one that does not exist lets nobody in. */
  readonly namedAcl: (name: string) => Acl | undefined;
  readonly compilePattern: CompilePattern;
}

const DEFAULT_PORT = 5038;
const DEFAULT_TLS_PORT = 5039;
const DEFAULT_CERTIFICATE = 'asterisk.pem';
const DEFAULT_AUTH_TIMEOUT = 30;
const DEFAULT_AUTH_LIMIT = 50;
const DEFAULT_HTTP_TIMEOUT = 60;
/**
 * Shorter times are taken for this one. The original gives a client 100 ms, on a thread of its own; here a piece may wait
 * for the turn of this process and of the client's, and memory is bounded whatever the time is.
 */
const LEAST_WRITE_TIMEOUT_MS = 1_000;

/** A missing file means a door that is shut. */
export function readAmiConfig(config: Config | undefined, options: AmiConfigOptions): AmiConfig {
  const general = config?.section('general');
  const number = (name: string, fallback: number) => parseInteger(general?.get(name), 0) ?? fallback;
  const users = new Map<string, AmiUser>();
  const problems: string[] = [];
  for (const section of config?.sections ?? []) {
    if (section.isTemplate || section.name.toLowerCase() === 'general') continue;
    const user = readUser(section, general, options, (detail) =>
      problems.push(`${section.file}:${section.line}: user '${section.name}' is left out: ${detail}`),
    );
    if (user !== undefined) users.set(section.name.toLowerCase(), user);
  }
  const certificate = general?.get('tlscertfile') ?? DEFAULT_CERTIFICATE;
  return {
    enabled: isTrue(general?.get('enabled')),
    webEnabled: isTrue(general?.get('webenabled')),
    address: general?.get('bindaddr') ?? '0.0.0.0',
    port: number('port', DEFAULT_PORT),
    tls: isTrue(general?.get('tlsenable')) ? readTls(general, certificate) : undefined,
    tlsCertificate: certificate,
    authTimeout: number('authtimeout', DEFAULT_AUTH_TIMEOUT),
    authLimit: number('authlimit', DEFAULT_AUTH_LIMIT),
    httpTimeout: number('httptimeout', DEFAULT_HTTP_TIMEOUT),
    allowMultipleLogin: !isFalse(general?.get('allowmultiplelogin')),
    displayConnects: !isFalse(general?.get('displayconnects')),
    timestampEvents: isTrue(general?.get('timestampevents')),
    brokenEventsAction: isTrue(general?.get('brokeneventsaction')),
    debug: isTrue(general?.get('debug')),
    channelVariables: names(general, 'channelvars'),
    disabledEvents: new Set(names(general, 'disabledevents')),
    users,
    problems,
  };
}

/** Names of a list option; several lines add up. */
function names(section: Section | undefined, option: string): string[] {
  return (section?.all(option) ?? [])
    .flatMap((each) => each.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function readTls(general: Section | undefined, certificate: string): AmiTls {
  // `tlsbindport` is the option's older form.
  const port = parseInteger(general?.get('tlsbindport'), 0, 65_535) ?? DEFAULT_TLS_PORT;
  const [address, given] = splitAddress(general?.get('tlsbindaddr') ?? general?.get('bindaddr') ?? '0.0.0.0');
  return {
    address,
    port: given ?? port,
    certificate,
    privateKey: general?.get('tlsprivatekey') ?? certificate,
    cipher: general?.get('tlscipher') ?? '',
  };
}

/** `192.0.2.1:5039`, `[::1]:5039`, or either without the port. */
function splitAddress(text: string): [address: string, port: number | undefined] {
  const bracket = text.indexOf(']');
  if (text.startsWith('[') && bracket > 0)
    return [text.slice(1, bracket), parseInteger(text.slice(bracket + 2), 0, 65_535)];
  const colon = text.indexOf(':');
  if (colon < 0 || colon !== text.lastIndexOf(':')) return [text, undefined];
  return [text.slice(0, colon), parseInteger(text.slice(colon + 1), 0, 65_535)];
}

/** A user whose limits cannot be read is left out: open by mistake is worse. */
function readUser(
  section: Section,
  general: Section | undefined,
  options: AmiConfigOptions,
  problem: (detail: string) => void,
): AmiUser | undefined {
  const secret = section.get('secret');
  if (secret === undefined || secret === '') {
    problem('it has no secret');
    return undefined;
  }
  let acl: Acl | undefined;
  try {
    acl = readAcl(section, options.namedAcl);
  } catch (error) {
    problem((error as Error).message);
    return undefined;
  }
  const filters: EventFilter[] = [];
  for (const { name, value } of section.variables) {
    const filter = configuredFilter([name, value], options.compilePattern);
    if (filter === undefined) continue;
    if (typeof filter === 'string') {
      problem(`its ${name} cannot be read`);
      return undefined;
    }
    filters.push(filter);
  }
  const option = (name: string) => section.get(name) ?? general?.get(name);
  return {
    name: section.name,
    secret,
    read: classesOf(section, 'read'),
    write: classesOf(section, 'write'),
    acl,
    filters,
    allowMultipleLogin: !isFalse(option('allowmultiplelogin')),
    displayConnects: !isFalse(option('displayconnects')),
    variables: section.all('setvar').flatMap((line) => {
      const equals = line.indexOf('=');
      return equals < 1 ? [] : [[line.slice(0, equals).trim(), line.slice(equals + 1)] as const];
    }),
    writeTimeoutMs: Math.max(parseInteger(section.get('writetimeout'), 0) ?? 0, LEAST_WRITE_TIMEOUT_MS),
  };
}

/** Several lines add up. */
function classesOf(section: Section, name: string): ClassMask {
  let mask = NO_CLASS;
  for (const each of section.all(name)) mask |= parseClasses(each);
  return mask & EVERY_CLASS;
}
