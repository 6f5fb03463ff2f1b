import type { AppEvent, Consumer } from './events.ts';

/** What is shown of an application. */
export interface AppInfo {
  readonly name: string;
  /** Whether its events are written to the log as they are sent. */
  readonly debug: boolean;
  /** Whether its listener asked for everything when it connected. */
  readonly subscribedToAll: boolean;
  readonly channelIds: readonly string[];
  readonly bridgeIds: readonly string[];
  readonly endpointIds: readonly string[];
  readonly deviceNames: readonly string[];
  readonly filter: EventFilter;
}

/** Which event types an application is told; nothing allowed means all of them. */
export interface EventFilter {
  readonly allowed: readonly FilterEntry[];
  readonly disallowed: readonly FilterEntry[];
}

/** As it was given: members beside `type` are kept and shown again. */
export interface FilterEntry {
  readonly type: string;
  readonly [member: string]: unknown;
}

const NO_FILTER: EventFilter = { allowed: [], disallowed: [] };

/** What an application may be subscribed to. */
export type Source = 'channel' | 'bridge' | 'endpoint' | 'device';

/** All of them. */
export const SOURCES: readonly Source[] = ['channel', 'bridge', 'endpoint', 'device'];

/** One application, and what it asked for. */
export interface App {
  readonly name: string;
  consumer: Consumer | undefined;
  /** Subscribed ids, each with how often: what a channel brings along is counted beside what was asked for. */
  readonly sources: Record<Source, Map<string, number>>;
  readonly all: Set<Source>;
  filter: EventFilter;
  debug: boolean;
  allowed: ReadonlySet<string> | undefined;
  disallowed: ReadonlySet<string> | undefined;
}

/** One that nobody listens for yet, and that asked for nothing. */
export function newApp(name: string): App {
  return {
    name,
    consumer: undefined,
    sources: { channel: new Map(), bridge: new Map(), endpoint: new Map(), device: new Map() },
    all: new Set(),
    filter: NO_FILTER,
    debug: false,
    allowed: undefined,
    disallowed: undefined,
  };
}

/** Sets which events an application is told. */
export function setFilter(app: App, filter: EventFilter): void {
  const types = (entries: readonly FilterEntry[]) =>
    entries.length === 0 ? undefined : new Set(entries.map((each) => each.type));
  app.filter = filter;
  app.allowed = types(filter.allowed);
  app.disallowed = types(filter.disallowed);
}

/** Tells an application, unless nobody listens or its filter keeps the event out. */
export function tell(app: App, event: AppEvent): void {
  if (app.consumer === undefined || app.disallowed?.has(event.kind)) return;
  if (app.allowed !== undefined && !app.allowed.has(event.kind)) return;
  app.consumer.tell(event, app.name);
}

/** An application as it is shown. */
export function toInfo(app: App): AppInfo {
  const ids = (source: Source, all: string) => [
    ...app.sources[source].keys(),
    ...(app.all.has(source) ? [all] : []),
  ];
  return {
    name: app.name,
    debug: app.debug,
    subscribedToAll: SOURCES.every((source) => app.all.has(source)),
    channelIds: ids('channel', '__AST_CHANNEL_ALL_TOPIC'),
    bridgeIds: ids('bridge', '__AST_BRIDGE_ALL_TOPIC'),
    endpointIds: ids('endpoint', '__AST_ENDPOINT_ALL_TOPIC'),
    deviceNames: ids('device', '__AST_DEVICE_STATE_ALL_TOPIC'),
    filter: app.filter,
  };
}
