import { channel } from 'node:diagnostics_channel';
import findMyWay, { type HTTPVersion } from 'find-my-way';
import { AsterismError, isAsterismError } from '../errors/index.ts';
import { type OperationName, refusal, type User } from '../security/index.ts';
import type { AriAnswer, AriRequest, Call, Handler, OperationSpec, ParameterSpec } from './operation.ts';
import { resources } from './operations/index.ts';

const asked = channel('asterism:ari:operation');

/** A path of the interface with its operations by method; paths on the way to others have none. */
interface Place {
  readonly operations: Map<string, Operation>;
}

interface Operation {
  readonly spec: OperationSpec;
  readonly module: string;
  readonly handler: Handler | undefined;
  /** `resource.id`. */
  readonly key: string;
  /** Parameters that name applications. */
  readonly naming: readonly ParameterSpec[];
}

/** What parameters that name applications are called, in whatever operation. */
export const APPLICATION_PARAMETERS: ReadonlySet<string> = new Set(['app', 'application', 'applicationName']);

/** The operation that opens sockets of applications. */
const SOCKET: OperationName = socketOperation();
export const EVENTS_PATH = SOCKET.path;

function socketOperation(): OperationName {
  for (const { name, operations } of resources) {
    for (const { id, method, path, upgrade } of operations as readonly OperationSpec[])
      if (upgrade !== undefined) return { key: `${name}.${id}`, method, template: path, path };
  }
  throw new Error('no operation of the table opens a socket');
}

type Params = Record<string, string | undefined>;

/** Finds the operation of a request, checks what it needs, and answers; knows no HTTP. */
export class AriRouter {
  readonly #ways = findMyWay<HTTPVersion.V1>({
    ignoreTrailingSlash: false,
    caseSensitive: true,
    maxParamLength: MAX_PATH_PART,
  });
  readonly #running: (module: string) => boolean;
  /** Operations that answer 501, as `resource.id`. */
  readonly missing: string[] = [];

  constructor(handlers: Readonly<Record<string, Handler>>, running: (module: string) => boolean) {
    this.#running = running;
    const places = new Map<string, Place>();
    const place = (path: string): Place => {
      let known = places.get(path);
      if (known === undefined) {
        known = { operations: new Map() };
        places.set(path, known);
      }
      return known;
    };
    for (const resource of resources) {
      for (const spec of resource.operations) {
        const path = spec.path.replace(/\{(\w+)\}/g, ':$1');
        const key = `${resource.name}.${spec.id}`;
        const handler = handlers[key];
        if (handler === undefined && spec.upgrade === undefined) this.missing.push(key);
        const naming = (spec.parameters ?? []).filter((each) => APPLICATION_PARAMETERS.has(each.name));
        place(path).operations.set(spec.method, { spec, module: resource.module, handler, key, naming });
        for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1))
          place(path.slice(0, cut));
      }
    }
    place('/');
    for (const [path, each] of places) this.#ways.on('GET', path, () => {}, each);
  }

  /** Answers a request. Handlers that need no waiting answer at once, so that the hot paths make no promise. */
  dispatch(request: AriRequest): AriAnswer | Promise<AriAnswer> {
    try {
      const answer = this.#dispatch(request);
      return answer instanceof Promise ? answer.catch(asAnswer) : answer;
    } catch (error) {
      return asAnswer(error);
    }
  }

  #dispatch(request: AriRequest): AriAnswer | Promise<AriAnswer> {
    const { method, path } = request;
    const capability = method === 'GET' || method === 'OPTIONS' ? 'read' : 'write';
    const refused = refusal(request.user, { capability });
    if (refused !== undefined) throw refused;
    if (path.length > 1 && path.endsWith('/')) {
      throw new AsterismError('TRAILING_SLASH', { args: { path: path.slice(1, -1) } });
    }
    const found = this.#ways.find('GET', wayOf(path));
    if (found === null) throw new AsterismError('NOT_FOUND');
    const { operations } = found.store as Place;
    const operation = operations.get(method);
    if (operation === undefined || !this.#running(operation.module)) return this.#offer(operations, method);
    const call = new ParsedCall(request, operation.spec, found.params);
    checkScopes(request.user, operation, call, found.params);
    if (operation.spec.upgrade !== undefined) throw new AsterismError('UPGRADE_REQUIRED');
    if (operation.handler === undefined) {
      throw new AsterismError('NOT_IMPLEMENTED', { args: { operation: operation.key } });
    }
    if (asked.hasSubscribers) asked.publish({ operation: operation.key, user: request.user.name, path });
    return operation.handler(call);
  }

  /** Why a socket is refused to a user who would be these applications. */
  refuseSocket(user: User, applications: readonly string[]): AsterismError | undefined {
    return refusal(user, { capability: 'read', operation: SOCKET, applications });
  }

  /** The answer to a method that a place does not have: which it has. */
  #offer(operations: Place['operations'], method: string): AriAnswer {
    const running = [...operations].filter(([, each]) => this.#running(each.module));
    if (operations.size > 0 && running.length === 0) throw new AsterismError('NOT_FOUND');
    const offered = METHOD_ORDER.filter((each) =>
      running.some(([name, { spec }]) => name === each && spec.upgrade === undefined),
    );
    const allow = ['OPTIONS', ...offered].join(',');
    if (method === 'OPTIONS') return { status: 204, body: '', allow };
    return { ...asAnswer(new AsterismError('METHOD_NOT_ALLOWED')), allow };
  }
}

/** Longest part of a path: ids of objects are up to 255 characters in files, more in memory. */
const MAX_PATH_PART = 2_048;
const METHOD_ORDER = ['GET', 'POST', 'PUT', 'DELETE'];

/** A path as it is looked up: without what follows an encoded NUL, an empty first part being the root, `+` a space. */
function wayOf(path: string): string {
  if (path === '' || path.startsWith('//')) return '/';
  const nul = path.indexOf('%00');
  const whole = nul < 0 ? path : path.slice(0, nul);
  return whole.includes('+') ? whole.replaceAll('+', '%20') : whole;
}

/** Whether the lists of a user have this operation, and what it is about. @throws {AsterismError} */
function checkScopes(user: User, { key, spec, naming }: Operation, call: ParsedCall, params: Params): void {
  if (user.scopes === undefined || user.scopes.length === 0) return;
  const path = spec.path.replace(/\{(\w+)\}/g, (_place, name: string) =>
    (params[name] ?? '').replaceAll('%', '%25').replaceAll('/', '%2F'),
  );
  const refused = refusal(user, {
    capability: spec.method === 'GET' ? 'read' : 'write',
    operation: { key, method: spec.method, template: spec.path, path },
    applications: naming.flatMap((each) => call.values(each)).filter((each) => each !== ''),
  });
  if (refused !== undefined) throw refused;
}

class ParsedCall implements Call {
  readonly request: AriRequest;
  readonly #spec: OperationSpec;
  readonly #params: Params;

  constructor(request: AriRequest, spec: OperationSpec, params: Params) {
    this.request = request;
    this.#spec = spec;
    this.#params = params;
  }

  path(name: string): string {
    return this.#params[name] ?? '';
  }

  text(name: string): string | undefined {
    const query = this.request.query?.get(name);
    if (query !== null && query !== undefined) return query;
    const value = this.request.body?.[name];
    if (typeof value === 'string') return value;
    if (typeof value !== 'number' && typeof value !== 'boolean') return undefined;
    // A JSON number is none of the values that a text parameter may have.
    const type = this.#spec.parameters?.find((each) => each.name === name)?.type;
    return type === 'string' ? undefined : String(value);
  }

  /** Whatever a parameter was given as. */
  values({ name, in: place, multiple }: ParameterSpec): string[] {
    if (place === 'path') return [this.path(name)];
    if (multiple === true) return this.list(name);
    const one = this.text(name);
    return one === undefined ? [] : [one];
  }

  list(name: string): string[] {
    const given = this.request.query?.getAll(name) ?? [];
    const value = this.request.body?.[name];
    if (given.length === 0 && Array.isArray(value))
      given.push(...value.filter((each) => typeof each === 'string'));
    else if (given.length === 0 && typeof value === 'string') given.push(value);
    return given.flatMap((each) => each.split(','));
  }
}

/** The error object: Asterisk's `message`, and beside it what helps. */
export function asAnswer(error: unknown): AriAnswer {
  if (!isAsterismError(error)) throw error;
  const { code, member, field, detail, hint } = error;
  return {
    status: error.status,
    reason: error.reason,
    body: JSON.stringify({ [member]: error.message, code, field, detail, hint }),
  };
}
