import { type Config, isTrue, parseInteger, type Section } from '../conf/index.ts';
import { type Acl, hashKind, readAcl, type User } from '../security/index.ts';

/** A user of ari.conf with what verifies it. */
export interface AriUser extends User {
  readonly password: string;
  readonly crypted: boolean;
  /** Where the user may come from; undefined for anywhere. */
  readonly acl: Acl | undefined;
}

/** [general] of ari.conf. */
export interface AriGeneral {
  readonly enabled: boolean;
  readonly pretty: boolean;
  readonly realm: string;
  /** Origins of pages that may read answers; `*` for any. */
  readonly allowedOrigins: readonly string[];
  /** Variables and functions that every channel in an answer or event shows. */
  readonly channelVars: readonly string[];
  /** Milliseconds that a reader of events may take nothing before its socket is closed. */
  readonly writeTimeoutMs: number;
  /** Milliseconds that the events of a resumable application are kept for a socket that was lost; 0 is not at all. */
  readonly resumeGraceMs: number;
  /** Events of one such application that are kept, at most. */
  readonly resumeKeep: number;
}

/** A connection that this server opens to an application (`type=outbound_websocket`). */
export interface OutboundWebSocket {
  readonly name: string;
  /** The section of websocket_client.conf that says where to. */
  readonly client: string;
  readonly apps: readonly string[];
  /** The user of ari.conf whose rights the far end has. */
  readonly user: string;
  readonly subscribeAll: boolean;
}

/** ari.conf, whole. */
export interface AriConfig {
  /** Undefined without a section that can be read: the interface is off then. */
  readonly general: AriGeneral | undefined;
  readonly users: ReadonlyMap<string, AriUser>;
  readonly outbound: ReadonlyMap<string, OutboundWebSocket>;
  /** What was wrong, for the log. */
  readonly problems: readonly string[];
}

const DEFAULT_REALM = 'Asterisk REST Interface';
const DEFAULT_WRITE_TIMEOUT_MS = 100;
const DEFAULT_RESUME_KEEP = 1_000;
/** An hour, and what memory is there for. */
const MAX_RESUME_GRACE_SECONDS = 3_600;
const MAX_RESUME_KEEP = 100_000;

/** What stands in place of a section that cannot be read: off. */
export const GENERAL_OFF: AriGeneral = {
  enabled: false,
  pretty: false,
  realm: DEFAULT_REALM,
  allowedOrigins: [],
  channelVars: [],
  writeTimeoutMs: DEFAULT_WRITE_TIMEOUT_MS,
  resumeGraceMs: 0,
  resumeKeep: DEFAULT_RESUME_KEEP,
};

/** The options that a section may have: one that has another is refused whole, as in the original. */
const OPTIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  general: new Set([
    ...['type', 'enabled', 'pretty', 'auth_realm', 'allowed_origins', 'channelvars'],
    ...['websocket_write_timeout', 'resume_grace', 'resume_buffer'],
  ]),
  user: new Set(['type', 'read_only', 'password', 'password_format', 'acl', 'permit', 'deny']),
  outbound_websocket: new Set([
    ...['type', 'websocket_client_id', 'apps', 'local_ari_user', 'subscribe_all'],
  ]),
};

/** Why an object is left out. */
class Refused extends Error {}

/**
 * Reads ari.conf. An object that makes no sense is refused alone and named; the one of that name in `before` stays.
 * A missing file means a door that is shut.
 */
export function readAriConfig(
  config: Config | undefined,
  namedAcl: (name: string) => Acl | undefined = () => undefined,
  before?: AriConfig,
): AriConfig {
  const users = new Map<string, AriUser>();
  const outbound = new Map<string, OutboundWebSocket>();
  const problems: string[] = [];
  let general: AriGeneral | undefined;
  const one = <T>(section: Section, what: string, read: () => T, stays: T | undefined): T | undefined => {
    try {
      checkOptions(section, what);
      return read();
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof RangeError)) throw error;
      const kept = stays === undefined ? '' : ': it stays as it was';
      problems.push(`${section.file}:${section.line}: ${what} '${section.name}': ${error.message}${kept}`);
      return stays;
    }
  };
  for (const section of config?.sections ?? []) {
    if (section.isTemplate) continue;
    const { name } = section;
    if (name === 'general') {
      general = one(section, 'general', () => readGeneral(section), before?.general);
    } else if (section.get('type') === 'user') {
      const user = one(section, 'user', () => readUser(section, namedAcl), before?.users.get(name));
      if (user !== undefined) users.set(name, user);
    } else if (section.get('type') === 'outbound_websocket') {
      const kept = before?.outbound.get(name);
      const socket = one(section, 'outbound_websocket', () => readOutbound(section), kept);
      if (socket !== undefined) outbound.set(name, socket);
    } else {
      problems.push(
        `${section.file}:${section.line}: [${name}] is left out: type is 'user' or 'outbound_websocket'`,
      );
    }
  }
  return { general, users, outbound, problems };
}

function checkOptions(section: Section, what: string): void {
  for (const { name } of section.variables) {
    if (OPTIONS[what]?.has(name.toLowerCase()) !== true) throw new Refused(`there is no option '${name}'`);
  }
}

function readGeneral(section: Section): AriGeneral {
  const number = (name: string, fallback: number, least: number, most: number) => {
    const given = section.get(name) ?? String(fallback);
    const value = parseInteger(given, least, most);
    if (value === undefined) throw new Refused(`${name}=${given} is no number from ${least} to ${most}`);
    return value;
  };
  return {
    enabled: section.get('enabled') === undefined || isTrue(section.get('enabled')),
    pretty: isTrue(section.get('pretty')),
    realm: section.get('auth_realm') ?? DEFAULT_REALM,
    allowedOrigins: list(section.get('allowed_origins')),
    channelVars: listOfExpressions(section.get('channelvars') ?? ''),
    writeTimeoutMs: number('websocket_write_timeout', DEFAULT_WRITE_TIMEOUT_MS, 1, 0x7fff_ffff),
    resumeGraceMs: number('resume_grace', 0, 0, MAX_RESUME_GRACE_SECONDS) * 1_000,
    resumeKeep: number('resume_buffer', DEFAULT_RESUME_KEEP, 1, MAX_RESUME_KEEP),
  };
}

function readUser(section: Section, namedAcl: (name: string) => Acl | undefined): AriUser {
  const acl = readAcl(section, namedAcl);
  const password = section.get('password') ?? '';
  const format = section.get('password_format') ?? 'plain';
  if (password === '') throw new Refused('a password is required');
  if (format !== 'plain' && format !== 'crypt')
    throw new Refused(`password_format '${format}' is neither plain nor crypt`);
  if (format === 'crypt' && hashKind(password) === undefined)
    throw new Refused('crypt passwords begin with $1$, $2b$, $5$, $6$ or $y$');
  return {
    name: section.name,
    readOnly: isTrue(section.get('read_only')),
    password,
    crypted: format === 'crypt',
    acl,
  };
}

function readOutbound(section: Section): OutboundWebSocket {
  const needed = (name: string) => {
    const value = section.get(name) ?? '';
    if (value === '') throw new Refused(`${name} is required`);
    return value;
  };
  const apps = list(needed('apps'));
  if (apps.length === 0) throw new Refused('apps names no application');
  return {
    name: section.name,
    client: needed('websocket_client_id'),
    apps,
    user: needed('local_ari_user'),
    subscribeAll: isTrue(section.get('subscribe_all')),
  };
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Names with commas between them; a function's arguments may have commas too: `V1,CHANNEL(rtp,audio)`. */
function listOfExpressions(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let item = '';
  for (const char of text) {
    if (char === '(') depth++;
    else if (char === ')') depth--;
    if (char === ',' && depth <= 0) {
      found.push(item.trim());
      item = '';
    } else item += char;
  }
  found.push(item.trim());
  return found.filter((each) => each !== '');
}
