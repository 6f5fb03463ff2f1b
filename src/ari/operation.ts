import type { User } from '../security/index.ts';

export type ParameterPlace = 'path' | 'query' | 'body';

/** One parameter of an operation. */
export interface ParameterSpec {
  readonly name: string;
  readonly in: ParameterPlace;
  /** `string`, `int`, `long`, `boolean`, `double`, `object`, `containers` or a model's name. */
  readonly type: string;
  readonly required?: true;
  /** May be given several times, or with commas. */
  readonly multiple?: true;
  readonly default?: string | number | boolean;
  readonly values?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** A model's name or `List[Model]`, where `type` only says `containers`. */
  readonly holds?: string;
  /** Asterisk does not have it: the descriptions that its clients read leave it out. */
  readonly extension?: true;
}

/** One operation of the interface: routing, checks, descriptions and clients are derived from this table. */
export interface OperationSpec {
  /** Unique in its resource; handlers are found by `resource.id`. */
  readonly id: string;
  /** One sentence. What parameters mean stands in operations/parameter-docs.ts. */
  readonly summary: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** A model's name, `List[Model]`, `void` or `binary`. */
  readonly result: string;
  /** Status of success where it is not 200, or 204 without a result. */
  readonly success?: 201 | 202;
  readonly upgrade?: 'websocket';
  readonly parameters?: readonly ParameterSpec[];
  /** Statuses that it answers when it refuses. */
  readonly errors?: readonly number[];
}

/** A data model of the descriptions. */
export interface ModelSpec {
  readonly resource: string;
  readonly summary: string;
  readonly subTypes?: readonly string[];
  readonly discriminator?: string;
  /** Asterisk does not have it; then `base` names what it builds on, whose `subTypes` are Asterisk's. */
  readonly extension?: true;
  readonly base?: string;
  readonly properties: Readonly<Record<string, PropertySpec>>;
}

/** One member of a model. */
export interface PropertySpec {
  readonly type: string;
  readonly required?: true;
  readonly values?: readonly string[];
  /** Asterisk does not have it. */
  readonly extension?: true;
}

/** A request, whatever door it came through. */
export interface AriRequest {
  readonly method: string;
  /** Below `/ari`, without query, as sent. */
  readonly path: string;
  readonly query: URLSearchParams | undefined;
  /** Parsed JSON object, or the fields of a form; undefined without a body. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly user: User;
}

export interface AriAnswer {
  readonly status: number;
  readonly reason?: string | undefined;
  /** JSON text; empty for none. */
  readonly body: string;
  /** For 405 and OPTIONS. */
  readonly allow?: string | undefined;
}

/** What a handler gets: parameters from the path, the query, a form or the JSON body, whichever holds them. */
export interface Call {
  readonly request: AriRequest;
  /** A decoded part of the path. */
  path(name: string): string;
  /** A parameter as text; undefined when it was not given. */
  text(name: string): string | undefined;
  /** All values of a parameter that may be given several times. */
  list(name: string): string[];
}

export type Handler = (call: Call) => AriAnswer | Promise<AriAnswer>;

export const noContent: AriAnswer = { status: 204, body: '' };

export function json(value: unknown, status = 200): AriAnswer {
  return { status, body: JSON.stringify(value) };
}
