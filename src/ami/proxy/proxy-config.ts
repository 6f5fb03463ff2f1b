import { type Config, isFalse, isTrue, parseInteger, type Section } from '../../conf/index.ts';
import type { AmiTls } from '../ami-config.ts';
import { type ClassMask, maskOf, parseClasses } from '../classes.ts';
import { generalOptions, type ProxyOption, upstreamOptions } from './proxy-options.ts';

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
const MAX_SECONDS = 86_400;
const MAX_COUNT = 1_000_000;
const SYSTEM = maskOf('system');

/** Why a section is left out. */
class Refused extends Error {}

/** Values of a section, each read as its option's kind wants it. A name that no option has refuses the section. */
class Values<Name extends string> {
  readonly #section: Section | undefined;
  readonly #options: ReadonlyMap<string, ProxyOption>;

  constructor(section: Section | undefined, options: readonly (ProxyOption & { readonly name: Name })[]) {
    this.#section = section;
    this.#options = new Map(options.map((each) => [each.name, each]));
    for (const { name } of section?.variables ?? [])
      if (!this.#options.has(name.toLowerCase())) throw new Refused(`there is no option '${name}'`);
    for (const each of options)
      if (each.required && this.text(each.name) === '') throw new Refused(`'${each.name}' is missing`);
  }

  text(name: Name): string {
    return (this.#section?.get(name) ?? this.#options.get(name)?.default ?? '').trim();
  }

  yes(name: Name): boolean {
    const value = this.text(name);
    if (!isTrue(value) && !isFalse(value)) throw new Refused(`'${name}' is neither yes nor no`);
    return isTrue(value);
  }

  number(name: Name, max: number): number {
    const value = parseInteger(this.text(name), 0, max);
    if (value === undefined) throw new Refused(`'${name}' is no number from 0 to ${max}`);
    return value;
  }

  /** As milliseconds; parts of a second may be given. */
  seconds(name: Name): number {
    const value = this.text(name);
    if (!/^\d{1,5}(\.\d{1,3})?$/.test(value) || Number(value) > MAX_SECONDS)
      throw new Refused(`'${name}' is no time in seconds`);
    return Number(value) * 1000;
  }

  list(name: Name): string[] {
    const lines = this.#section?.all(name) ?? [this.text(name)];
    return lines
      .flatMap((each) => each.split(','))
      .map((each) => each.trim())
      .filter((each) => each !== '');
  }
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
  const values = new Values(section, generalOptions);
  const certificate = values.text('tlscertfile');
  const place = (
    address: 'jsonbindaddr' | 'jsontlsbindaddr',
    port: 'jsonport' | 'jsontlsport',
  ): JsonPlace => ({
    address: values.text(address),
    port: values.number(port, 65_535),
  });
  const unknownClass = parseClasses(values.text('unknownclass'));
  return {
    enabled: values.yes('enabled'),
    // Nothing that can be read there must not open to everybody what is not known.
    unknownClass: unknownClass === 0 ? SYSTEM : unknownClass,
    json: values.yes('jsonenabled') ? place('jsonbindaddr', 'jsonport') : undefined,
    jsonTls: values.yes('jsontlsenable')
      ? {
          ...place('jsontlsbindaddr', 'jsontlsport'),
          certificate,
          privateKey: values.text('tlsprivatekey') || certificate,
          cipher: values.text('tlscipher'),
        }
      : undefined,
    webSocket: values.yes('websocket'),
    webOrigins: values.list('weborigins').map((each) => each.toLowerCase()),
  };
}

function readUpstream(section: Section): UpstreamConfig | undefined {
  if (!NAME.test(section.name)) throw new Refused('its name may have letters, digits, and . _ -, 64 at most');
  const values = new Values(section, upstreamOptions);
  if (!values.yes('enabled')) return undefined;
  const auth = values.text('auth').toLowerCase();
  if (auth !== 'md5' && auth !== 'plain') throw new Refused(`'auth' is neither md5 nor plain`);
  const tls = values.yes('tls') ? readTls(values) : undefined;
  const minimum = Math.max(MIN_RECONNECT_MS, values.seconds('reconnectmin'));
  const queueLimit = values.number('queuelimit', MAX_COUNT);
  if (queueLimit === 0) throw new Refused("'queuelimit' lets nothing through");
  return {
    name: section.name,
    host: values.text('host'),
    port:
      values.text('port') === ''
        ? tls === undefined
          ? DEFAULT_PORT
          : DEFAULT_TLS_PORT
        : values.number('port', 65_535),
    username: values.text('username'),
    secret: values.text('secret'),
    auth,
    users: values.list('users').map((each) => each.toLowerCase()),
    events: values.text('events'),
    tls,
    reconnectMinMs: minimum,
    reconnectMaxMs: Math.max(minimum, values.seconds('reconnectmax')),
    keepAliveMs: values.seconds('keepalive'),
    answerTimeoutMs: values.seconds('answertimeout'),
    queueLimit,
  };
}

type UpstreamOptionName = (typeof upstreamOptions)[number]['name'];

function readTls(values: Values<UpstreamOptionName>): UpstreamTls {
  const certFile = values.text('tlscertfile');
  return {
    verify: values.yes('tlsverify'),
    caFile: values.text('tlscafile'),
    serverName: values.text('tlsservername'),
    certFile,
    keyFile: values.text('tlsprivatekey') || certFile,
  };
}
