import type { Config } from '../../conf/index.ts';
import type { HeaderList } from '../../sip/index.ts';
import { isForeignHeader } from '../foreign-headers.ts';

/** A header or a line of the body (`Content`) of a NOTIFY that somebody asks for. */
export type NotifyField = readonly [name: string, value: string];

/** What doors ask of NOTIFY that nobody subscribed to. */
export interface NotifyPort {
  /** The kinds that pjsip_notify.conf knows. */
  types(): Iterable<string>;
  /** What one of them says; undefined when there is no such kind. */
  fields(type: string): readonly NotifyField[] | undefined;
  /** To each contact of an endpoint. False when there is no such endpoint. */
  endpoint(id: string, fields: readonly NotifyField[]): boolean;
  uri(uri: string, fields: readonly NotifyField[]): void;
  /** Inside of the call of a channel. False when there is no such call of SIP. */
  channel(name: string, fields: readonly NotifyField[]): boolean;
}

/** What a list of fields makes of a NOTIFY. */
export interface NotifyContent {
  readonly headers: HeaderList;
  /** Undefined where nothing says of what type it is. */
  readonly body: string | undefined;
  readonly contentType: string | undefined;
}

/** The kinds of NOTIFY in pjsip_notify.conf: each section a list of headers and lines. */
export function readNotifyTypes(config: Config | undefined): ReadonlyMap<string, readonly NotifyField[]> {
  const types = new Map<string, readonly NotifyField[]>();
  for (const section of config?.sections ?? []) {
    if (section.isTemplate) continue;
    types.set(
      section.name,
      section.variables.map(({ name, value }) => [name, value] as const),
    );
  }
  return types;
}

/** Headers that may be said, and the lines of the body in their order. What would break a message is left out. */
export function notifyContent(fields: readonly NotifyField[]): NotifyContent {
  const headers: [string, string][] = [];
  const lines: string[] = [];
  let contentType: string | undefined;
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    if (!isForeignHeader(name, value)) continue;
    if (lower === 'content') lines.push(value);
    else if (lower === 'content-type') contentType = value;
    else headers.push([name, value]);
  }
  const body = contentType === undefined ? undefined : lines.join('\r\n');
  return { headers, body, contentType };
}
