import { STATUS_CODES } from 'node:http';
import { AsterismError } from '../errors/index.ts';
import type { User } from '../security/index.ts';
import type { AriAnswer, AriRequest } from './operation.ts';
import { parseBody } from './request-body.ts';
import { asAnswer } from './router.ts';

export type Dispatch = (request: AriRequest) => AriAnswer | Promise<AriAnswer>;

/** What of a `RESTResponse` is about the request; the socket adds whose and when. */
export interface RestResponse {
  readonly type: 'RESTResponse';
  readonly transaction_id: string;
  readonly request_id: string;
  readonly status_code: number;
  readonly reason_phrase: string;
  readonly uri: string;
  readonly content_type?: string;
  readonly message_body?: string;
}

/** Methods that the original knows by name. */
const METHODS = new Set(['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);
/** Query parameters of one request that are looked at. */
const MAX_QUERY = 1_000;
const JSON_TYPE = 'application/json';

/** A request that came as a message, as far as it can be read. */
interface Message {
  readonly transaction: string;
  readonly id: string;
  readonly uri: string;
}

/**
 * Answers a `RESTRequest` that came over an event socket through the same operations and the same checks as HTTP. `user`
 * tells undefined when the socket's user is no more, and throws an AsterismError when that cannot be told.
 */
export function restOverSocket(
  text: string,
  user: () => User | undefined,
  dispatch: Dispatch,
): RestResponse | Promise<RestResponse> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refusal(NO_MESSAGE, 'Failed to parse request message JSON');
  }
  const { message, request } = read(parsed);
  if (typeof request === 'string') return refusal(message, 'Bad request', request);
  let who: User | undefined;
  try {
    who = user();
  } catch (error) {
    return response(message, asAnswer(error));
  }
  if (who === undefined) return response(message, asAnswer(new AsterismError('UNAUTHORIZED')));
  const answer = dispatch({ ...request, user: who });
  return answer instanceof Promise
    ? answer.then((each) => response(message, each))
    : response(message, answer);
}

const NO_MESSAGE: Message = { transaction: '', id: '', uri: '' };

/** What a message asks for; a text when it cannot be asked. */
function read(parsed: unknown): { message: Message; request: Omit<AriRequest, 'user'> | string } {
  const members = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  const text = (name: string) => {
    const value = Object.hasOwn(members, name) ? members[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const whole = text('uri');
  const mark = whole.indexOf('?');
  const uri = mark < 0 ? whole : whole.slice(0, mark);
  const message: Message = { transaction: text('transaction_id'), id: text('request_id'), uri };
  const no = (why: string) => ({ message, request: why });
  if (text('type') === '') return no("No 'type' property.");
  if (text('type') !== 'RESTRequest') return no('Unknown request type.');
  if (uri === '') return no("Empty or missing 'uri' property.");
  const method = text('method');
  if (!METHODS.has(method)) return no("Unknown or missing 'method' property.");
  const contentType = text('content_type');
  let body: AriRequest['body'];
  try {
    body = parseBody(text('message_body'), contentType);
  } catch {
    return no(`Unable to parse 'message_body' as '${contentType}'.`);
  }
  const query = new URLSearchParams(mark < 0 ? '' : whole.slice(mark + 1));
  addQuery(query, members.query_strings);
  // As over HTTP, where the interface begins with `/ari/`: one slash before the first part.
  const path = `/${uri}`;
  return { message, request: { method, path, query, body } };
}

/** `query_strings` is a list of names and values. */
function addQuery(query: URLSearchParams, given: unknown): void {
  if (!Array.isArray(given)) return;
  for (const each of given.slice(0, MAX_QUERY)) {
    if (typeof each !== 'object' || each === null) continue;
    const { name, value } = each as { name?: unknown; value?: unknown };
    if (typeof name === 'string' && typeof value === 'string') query.append(name, value);
  }
}

function response({ transaction, id, uri }: Message, { status, reason, body }: AriAnswer): RestResponse {
  return {
    type: 'RESTResponse',
    transaction_id: transaction,
    request_id: id,
    status_code: status,
    reason_phrase: reason ?? STATUS_CODES[status] ?? '',
    uri,
    ...(body === '' ? {} : { content_type: JSON_TYPE, message_body: body }),
  };
}

/** A request that cannot be understood. */
function refusal(message: Message, reason: string, text?: string): RestResponse {
  const body = text === undefined ? '' : JSON.stringify({ message: text });
  return response(message, { status: 400, reason, body });
}
