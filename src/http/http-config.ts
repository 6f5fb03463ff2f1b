import { isIP } from 'node:net';
import { type Config, isTrue, parseInteger } from '../conf/index.ts';
import { Acl, readAcl } from '../security/index.ts';

/** Where one listener stands. */
export interface Bind {
  readonly address: string;
  readonly port: number;
}

/** What HTTPS needs. Files are read by `tls-files.ts`, again and again. */
export interface TlsConfig extends Bind {
  readonly certFile: string;
  /** The certificate's file may hold the key too. */
  readonly keyFile: string;
  /** An OpenSSL list of ciphers; undefined for Node's. */
  readonly ciphers: string | undefined;
  readonly serverCipherOrder: boolean;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** Addresses that may ask for the paths that begin like this (a section with `type=restriction`). */
export interface Restriction {
  readonly path: string;
  readonly acl: Acl;
}

/** http.conf, whole. */
export interface HttpConfig {
  readonly bind: Bind | undefined;
  readonly tls: TlsConfig | undefined;
  /** `/asterisk` for `prefix=asterisk`, empty for none. */
  readonly prefix: string;
  /** The `Server` header; empty for none, undefined for the program's own. */
  readonly serverName: string | undefined;
  /** Connections at one time, WebSockets included. */
  readonly sessionLimit: number;
  /** Milliseconds in which a request has to be there. */
  readonly inactivityMs: number;
  /** Milliseconds that an idle connection stays open between requests; 0 closes after each answer. */
  readonly keepAliveMs: number;
  readonly enableStatic: boolean;
  readonly enableStatus: boolean;
  /** A line of the log for each request. */
  readonly accessLog: boolean;
  readonly redirects: readonly { readonly from: string; readonly to: string }[];
  readonly restrictions: readonly Restriction[];
  /** What was wrong, for the log. */
  readonly problems: readonly string[];
}

const DEFAULT_PORT = 8088;
const DEFAULT_TLS_PORT = 8089;
const DEFAULT_SESSION_LIMIT = 100;
const DEFAULT_INACTIVITY_MS = 30_000;
const DEFAULT_KEEP_ALIVE_MS = 15_000;
const MAX_INT = 0x7fff_ffff;

type Get = (name: string) => string | undefined;
type Problem = (text: string) => void;

/** Reads http.conf. What makes no sense is left out and named. A missing file means a server that is off. */
export function readHttpConfig(
  config: Config | undefined,
  namedAcl: (name: string) => Acl | undefined = () => undefined,
): HttpConfig {
  const problems: string[] = [];
  const problem: Problem = (text) => problems.push(`http.conf: ${text}`);
  const general = config?.section('general');
  const get: Get = (name) => general?.get(name);
  const number = (name: string, fallback: number, least: number) => {
    const given = get(name);
    const value = parseInteger(given, least, MAX_INT);
    if (given !== undefined && value === undefined)
      problem(`${name}=${given} is no number from ${least}: ${fallback} it is`);
    return value ?? fallback;
  };
  const prefix = (get('prefix') ?? '').replace(/^\/+|\/+$/g, '');
  const bind = isTrue(get('enabled')) ? readBind(get, problem) : undefined;
  if (config?.section('post_mappings') !== undefined)
    problem('[post_mappings] is refused: nobody can upload files here');
  return {
    bind,
    tls: isTrue(get('tlsenable')) ? readTls(get, problem) : undefined,
    prefix: prefix === '' ? '' : `/${prefix}`,
    serverName: get('servername'),
    sessionLimit: number('sessionlimit', DEFAULT_SESSION_LIMIT, 1),
    inactivityMs: number('session_inactivity', DEFAULT_INACTIVITY_MS, 1),
    keepAliveMs: number('session_keep_alive', DEFAULT_KEEP_ALIVE_MS, 0),
    enableStatic: isTrue(get('enable_static')),
    enableStatus: isTrue(get('enable_status')),
    accessLog: isTrue(get('access_log')),
    redirects: (general?.all('redirect') ?? []).flatMap((each) => readRedirect(each, problem)),
    restrictions: readRestrictions(config, namedAcl, problem),
    problems,
  };
}

function readBind(get: Get, problem: Problem): Bind | undefined {
  const given = get('bindaddr') ?? '';
  // There is no default address, so that nobody listens to the world by forgetting a line.
  if (given === '') {
    problem('bindaddr is missing: HTTP needs one');
    return undefined;
  }
  const port = parseInteger(get('bindport') ?? String(DEFAULT_PORT), 0, 65_535);
  const bind = port === undefined ? undefined : parseBind(given, port);
  if (bind === undefined) problem(`bindaddr=${given} with bindport=${get('bindport') ?? ''} is no address`);
  return bind;
}

/** `127.0.0.1`, `127.0.0.1:8088`, `::1`, `[::1]:8088`, a host name; undefined when it is none of these. */
export function parseBind(text: string, defaultPort: number): Bind | undefined {
  if (isIP(text) !== 0) return { address: text, port: defaultPort };
  const match = /^(?:\[([^\]]*)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text);
  const address = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (address === undefined || port > 65_535 || (match?.[1] !== undefined && isIP(address) !== 6))
    return undefined;
  return { address, port };
}

/** `127.0.0.1:8088`, `[::1]:8088`. */
export function bindText({ address, port }: Bind): string {
  return `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
}

const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const TLS_SWITCHES = ['tlsdisablev1', 'tlsdisablev11', 'tlsdisablev12', 'tlsdisablev13'] as const;

function readTls(get: Get, problem: Problem): TlsConfig | undefined {
  const given = get('tlsbindaddr') ?? get('bindaddr') ?? '';
  const bind = given === '' ? undefined : parseBind(given, DEFAULT_TLS_PORT);
  const certFile = get('tlscertfile') ?? '';
  // Versions that the IETF has retired (RFC 8996) are off unless the file says otherwise.
  const on = TLS_SWITCHES.map((name, index) => (get(name) === undefined ? index >= 2 : !isTrue(get(name))));
  const [least, most] = [TLS_VERSIONS[on.indexOf(true)], TLS_VERSIONS[on.lastIndexOf(true)]];
  if (bind === undefined) problem(`tlsbindaddr=${given} is no address: HTTPS stays off`);
  else if (certFile === '') problem('tlscertfile is missing: HTTPS stays off');
  else if (least === undefined || most === undefined)
    problem('every version of TLS is disabled: HTTPS stays off');
  else {
    const ciphers = get('tlscipher') ?? '';
    return {
      ...bind,
      certFile,
      keyFile: get('tlsprivatekey') ?? certFile,
      ciphers: ciphers === '' ? undefined : ciphers,
      serverCipherOrder: get('tlsservercipherorder') === undefined || isTrue(get('tlsservercipherorder')),
      minVersion: least,
      maxVersion: most,
    };
  }
  return undefined;
}

/** `/from /to`. */
function readRedirect(line: string, problem: Problem): { from: string; to: string }[] {
  const [from, to, ...rest] = line.trim().split(/\s+/);
  if (from !== undefined && to !== undefined && rest.length === 0) return [{ from, to }];
  problem(`redirect=${line} is not '<path> <destination>'`);
  return [];
}

function readRestrictions(
  config: Config | undefined,
  namedAcl: (name: string) => Acl | undefined,
  problem: Problem,
): Restriction[] {
  const restrictions: Restriction[] = [];
  for (const section of config?.sections ?? []) {
    if (section.isTemplate || section.get('type')?.toLowerCase() !== 'restriction') continue;
    if (section.name === 'general' || section.name === 'post_mappings') continue;
    try {
      const acl = readAcl(section, namedAcl);
      if (acl !== undefined) restrictions.push({ path: section.name, acl });
    } catch (error) {
      problem(`line ${section.line}: [${section.name}]: ${(error as Error).message}: nobody may ask for it`);
      // A restriction that cannot be understood must not open what it was meant to close.
      restrictions.push({ path: section.name, acl: closedAcl() });
    }
  }
  return restrictions;
}

function closedAcl(): Acl {
  const acl = new Acl();
  acl.add(false, '0.0.0.0/0,::/0');
  return acl;
}
