import { DEFAULT_MAX_FORWARDS } from '../limits.ts';
import { SipRequest, SipResponse } from './message.ts';
import { tagOf } from './name-addr.ts';
import { newCallId, newTag } from './random.ts';
import { reasonPhrase } from './reason.ts';

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface ResponseOptions {
  /** Tag put on To when the request had none; made up when left out, never put on a 100 (RFC 3261 §8.2.6.2). */
  toTag?: string;
  headers?: HeaderList;
  body?: Buffer | string;
  contentType?: string;
}

/**
 * A response to `request` by RFC 3261 §8.2.6: Via, From, To, Call-ID, CSeq and Record-Route copied as they came
 * (Record-Route only into what can make a dialog, §12.1.1). `reason` defaults to the usual phrase.
 */
export function respond(
  request: SipRequest,
  status: number,
  reason?: string,
  options: ResponseOptions = {},
): SipResponse {
  const names: string[] = [];
  const values: string[] = [];
  const recordRoute =
    status > 100 && status < 300 && (request.method === 'INVITE' || request.method === 'SUBSCRIBE');
  const from = request.names;
  for (let i = 0; i < from.length; i++) {
    const name = from[i] ?? '';
    const value = request.values[i] ?? '';
    switch (name) {
      case 'To':
        names.push(name);
        values.push(
          status === 100 || tagOf(value) !== undefined ? value : `${value};tag=${options.toTag ?? newTag()}`,
        );
        break;
      case 'Record-Route':
        if (!recordRoute) break;
        names.push(name);
        values.push(value);
        break;
      case 'Timestamp':
        if (status !== 100) break;
        names.push(name);
        values.push(value);
        break;
      case 'Via':
      case 'From':
      case 'Call-ID':
      case 'CSeq':
        names.push(name);
        values.push(value);
        break;
    }
  }
  const response = new SipResponse(status, reason ?? reasonPhrase(status), names, values);
  if (options.headers !== undefined)
    for (const [name, value] of options.headers) response.append(name, value);
  if (options.body !== undefined && options.body.length > 0) {
    if (options.contentType !== undefined) response.append('Content-Type', options.contentType);
    response.body = options.body;
  }
  return response;
}

export interface RequestOptions {
  method: string;
  /** Request-URI. */
  uri: string;
  /** From as text (name-addr); a tag is added when it has none. */
  from: string;
  /** To as text; defaults to the Request-URI in brackets. */
  to?: string;
  callId?: string;
  /** First sequence number; 1 when left out. */
  cseq?: number;
  contact?: string;
  /** Route set, top first, as text. */
  route?: readonly string[];
  headers?: HeaderList;
  body?: Buffer | string;
  contentType?: string;
}

/** A request outside of any dialog (RFC 3261 §8.1.1). The Via is put on by whoever sends it. */
export function newRequest(options: RequestOptions): SipRequest {
  const request = new SipRequest(options.method, options.uri);
  request.append('Max-Forwards', String(DEFAULT_MAX_FORWARDS));
  for (const route of options.route ?? []) request.append('Route', route);
  request.append(
    'From',
    tagOf(options.from) === undefined ? `${options.from};tag=${newTag()}` : options.from,
  );
  request.append('To', options.to ?? `<${options.uri}>`);
  request.append('Call-ID', options.callId ?? newCallId());
  request.append('CSeq', `${options.cseq ?? 1} ${options.method}`);
  if (options.contact !== undefined) request.append('Contact', options.contact);
  if (options.headers !== undefined) for (const [name, value] of options.headers) request.append(name, value);
  if (options.body !== undefined && options.body.length > 0) {
    if (options.contentType !== undefined) request.append('Content-Type', options.contentType);
    request.body = options.body;
  }
  return request;
}
