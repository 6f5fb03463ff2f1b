import type { Config, Section } from '../../conf/index.ts';
import type { AmiTls } from '../ami-config.ts';
import type { ClassMask } from '../classes.ts';
import {
  generalOptions,
  type OptionValues,
  type ProxyOption,
  readOption,
  upstreamOptions,
} from './proxy-options.ts';

/** A server that this one is connected to. */
export interface UpstreamConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  readonly auth: 'md5' | 'plain';
  /** Names of local users in lower case; `*` for all. */
  readonly users: readonly string[];
  /** The header `Events` of the login. */
  readonly events: string;
  readonly tls: UpstreamTls | undefined;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** 0 for never. */
  readonly keepAliveMs: number;
  readonly answerTimeoutMs: number;
  readonly queueLimit: number;
}

export interface UpstreamTls {
  readonly verify: boolean;
  /** Empty for the authorities of the system. */
  readonly caFile: string;
  /** Empty for the host. */
  readonly serverName: string;
  /** Empty for none. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** Where JSON lines are spoken. */
export interface JsonPlace {
  readonly address: string;
  readonly port: number;
}

/** amiproxy.conf. */
export interface ProxyConfig {
  readonly enabled: boolean;
  readonly unknownClass: ClassMask;
  readonly json: JsonPlace | undefined;
  readonly jsonTls: AmiTls | undefined;
  readonly webSocket: boolean;
  readonly webOrigins: readonly string[];
  /** By name in lower case; empty unless enabled. */
  readonly upstreams: ReadonlyMap<string, UpstreamConfig>;
  /** What could not be used, and why. */
  readonly problems: readonly string[];
}

/** A name has to be good for a header and for one line of a list. */
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const DEFAULT_PORT = 5038;
const DEFAULT_TLS_PORT = 5039;
/** Shortest pause between attempts: a server that refuses at once must not be asked in a loop. */
const MIN_RECONNECT_MS = 100;

/** Why a section is left out. */
class Refused extends Error {}

/** Reads a section by the table of its options. A name that no option has refuses it: a limit that is misspelt is none. */
function readSection<const Table extends readonly ProxyOption[]>(
  section: Section | undefined,
  table: Table,
): OptionValues<Table> {
  const known = new Set(table.map(({ name }) => name));
  for (const { name } of section?.variables ?? [])
    if (!known.has(name.toLowerCase())) throw new Refused(`there is no option '${name}'`);
  const values: Record<string, unknown> = {};
  for (const option of table) {
    const { name, kind, required } = option;
    const given = kind === 'list' ? section?.all(name).join(',') : section?.get(name);
    const text = (given ?? option.default).trim();
    if (required === true && text === '') throw new Refused(`'${name}' is missing`);
    const found = readOption(option, text);
    if ('wrong' in found) throw new Refused(found.wrong);
    values[name] = found.value;
  }
  return values as OptionValues<Table>;
}

/** A missing file means that there is none of it; a section that makes no sense is left out, alone, and named. */
export function readProxyConfig(config: Config | undefined): ProxyConfig {
  const problems: string[] = [];
  const upstreams = new Map<string, UpstreamConfig>();
  const general = config?.section('general');
  const guarded = <T>(section: Section | undefined, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Refused) || section === undefined) throw error;
      problems.push(`${section.file}:${section.line}: [${section.name}] is left out: ${error.message}`);
      return undefined;
    }
  };
  const own = guarded(general, () => readGeneral(general)) ?? readGeneral(undefined);
  for (const section of own.enabled ? (config?.sections ?? []) : []) {
    if (section.isTemplate || section.name.toLowerCase() === 'general') continue;
    const upstream = guarded(section, () => readUpstream(section));
    if (upstream !== undefined) upstreams.set(upstream.name.toLowerCase(), upstream);
  }
  return { ...own, upstreams, problems };
}

function readGeneral(section: Section | undefined): Omit<ProxyConfig, 'upstreams' | 'problems'> {
  const given = readSection(section, generalOptions);
  return {
    enabled: given.enabled,
    unknownClass: given.unknownclass,
    json: given.jsonenabled ? { address: given.jsonbindaddr, port: given.jsonport } : undefined,
    jsonTls: given.jsontlsenable
      ? {
          address: given.jsontlsbindaddr,
          port: given.jsontlsport,
          certificate: given.tlscertfile,
          privateKey: given.tlsprivatekey || given.tlscertfile,
          cipher: given.tlscipher,
        }
      : undefined,
    webSocket: given.websocket,
    webOrigins: given.weborigins,
  };
}

function readUpstream(section: Section): UpstreamConfig | undefined {
  if (!NAME.test(section.name)) throw new Refused('its name may have letters, digits, and . _ -, 64 at most');
  const given = readSection(section, upstreamOptions);
  if (!given.enabled) return undefined;
  const [port = given.tls ? DEFAULT_TLS_PORT : DEFAULT_PORT] = given.port;
  const reconnectMinMs = Math.max(MIN_RECONNECT_MS, given.reconnectmin);
  return {
    name: section.name,
    host: given.host,
    port,
    username: given.username,
    secret: given.secret,
    auth: given.auth,
    users: given.users,
    events: given.events,
    tls: given.tls
      ? {
          verify: given.tlsverify,
          caFile: given.tlscafile,
          serverName: given.tlsservername,
          certFile: given.tlscertfile,
          keyFile: given.tlsprivatekey || given.tlscertfile,
        }
      : undefined,
    reconnectMinMs,
    reconnectMaxMs: Math.max(reconnectMinMs, given.reconnectmax),
    keepAliveMs: given.keepalive,
    answerTimeoutMs: given.answertimeout,
    queueLimit: given.queuelimit,
  };
}
