import { DEFAULT_MAX_FORWARDS } from '../limits.ts';
import type { HeaderList } from '../message/build.ts';
import { type SipMessage, SipRequest, type SipResponse } from '../message/message.ts';
import { tagOf } from '../message/name-addr.ts';
import { applyRoutes } from './route.ts';

export type DialogState = 'early' | 'confirmed' | 'terminated';

/** Methods that may change the remote target (RFC 3261 §12.2, RFC 3311 §5.1, RFC 6665 §4.4.1). */
const REFRESHING = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

interface DialogParts {
  state: DialogState;
  callId: string;
  localTag: string;
  remoteTag: string;
  local: string;
  remote: string;
  target: string;
  routes: readonly string[];
  localCSeq: number;
  remoteCSeq: number;
  secure: boolean;
}

/** One dialog of RFC 3261 §12: the state that both ends agree on. Knows no transaction and no transport. */
export class Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From of what we send, To of what we get: name-addr with our tag. */
  readonly local: string;
  readonly remote: string;
  readonly secure: boolean;
  state: DialogState;
  /** Request-URI of what we send. */
  remoteTarget: string;
  /** Route set, first hop first. Fixed once the dialog is confirmed. */
  routeSet: readonly string[];
  localCSeq: number;
  /** -1 until the peer sent a request. */
  remoteCSeq: number;

  private constructor(parts: DialogParts) {
    this.state = parts.state;
    this.callId = parts.callId;
    this.localTag = parts.localTag;
    this.remoteTag = parts.remoteTag;
    this.local = parts.local;
    this.remote = parts.remote;
    this.remoteTarget = parts.target;
    this.routeSet = parts.routes;
    this.localCSeq = parts.localCSeq;
    this.remoteCSeq = parts.remoteCSeq;
    this.secure = parts.secure;
  }

  /** The dialog that our answer with `localTag` to a request makes (§12.1.1). Throws SipParseError without a Contact. */
  static server(request: SipRequest, localTag: string, state: DialogState, overTls = false): Dialog {
    const to = request.get('To') ?? '';
    return new Dialog({
      state,
      callId: request.callId,
      localTag,
      // A client of RFC 2543 has no tag: it counts as empty.
      remoteTag: request.fromTag ?? '',
      local: tagOf(to) === undefined ? `${to};tag=${localTag}` : to,
      remote: request.get('From') ?? '',
      target: targetOf(request) ?? request.from.uri.toString(),
      routes: request.list('Record-Route'),
      localCSeq: 0,
      remoteCSeq: request.cseq.number,
      secure: overTls && request.uri.startsWith('sips:'),
    });
  }

  /** The dialog that a response to our request makes (§12.1.2). Throws SipParseError. */
  static client(request: SipRequest, response: SipResponse, state: DialogState, overTls = false): Dialog {
    return new Dialog({
      state,
      callId: request.callId,
      localTag: request.fromTag ?? '',
      remoteTag: response.toTag ?? '',
      local: request.get('From') ?? '',
      remote: response.get('To') ?? '',
      target: targetOf(response) ?? request.uri,
      routes: response.list('Record-Route').reverse(),
      localCSeq: request.cseq.number,
      remoteCSeq: -1,
      secure: overTls && request.uri.startsWith('sips:'),
    });
  }

  /** Name in a table of dialogs. */
  get key(): string {
    return dialogKey(this.callId, this.localTag, this.remoteTag);
  }

  /** The next request inside the dialog (§12.2.1.1). Via and Contact are put on by whoever sends it. */
  request(
    method: string,
    options: { headers?: HeaderList; body?: Buffer | string; contentType?: string } = {},
  ): SipRequest {
    this.localCSeq += 1;
    return this.#build(method, this.localCSeq, options);
  }

  /** ACK of the 2xx to the INVITE with this number (§13.2.2.4). */
  ack(
    number: number,
    options: { headers?: HeaderList; body?: Buffer | string; contentType?: string } = {},
  ): SipRequest {
    return this.#build('ACK', number, options);
  }

  #build(
    method: string,
    number: number,
    options: { headers?: HeaderList; body?: Buffer | string; contentType?: string },
  ): SipRequest {
    const request = new SipRequest(method, this.remoteTarget);
    request.append('Max-Forwards', String(DEFAULT_MAX_FORWARDS));
    applyRoutes(request, this.routeSet, this.remoteTarget);
    request.append('From', this.local);
    request.append('To', this.remote);
    request.append('Call-ID', this.callId);
    request.append('CSeq', `${number} ${method}`);
    if (options.headers !== undefined)
      for (const [name, value] of options.headers) request.append(name, value);
    if (options.body !== undefined && options.body.length > 0) {
      request.append('Content-Type', options.contentType ?? 'application/sdp');
      request.body = options.body;
    }
    return request;
  }

  /**
   * Takes note of a request from the peer (§12.2.2). False when its number is not above the last one: answer 500.
   * ACK and CANCEL carry the number of another request and are not counted.
   */
  accept(request: SipRequest): boolean {
    if (request.method === 'ACK' || request.method === 'CANCEL') return true;
    const { number } = request.cseq;
    if (this.remoteCSeq >= 0 && number <= this.remoteCSeq) return false;
    this.remoteCSeq = number;
    return true;
  }

  /** Moves the remote target to the Contact of a target refresh request or of the 2xx to ours. */
  refresh(message: SipMessage, method: string): void {
    if (!REFRESHING.has(method)) return;
    const target = targetOf(message);
    if (target !== undefined) this.remoteTarget = target;
  }

  /** A 2xx confirms the early dialog and fixes the route set from its own Record-Route (§13.2.2.4). */
  confirm(response?: SipResponse): void {
    if (this.state === 'terminated') return;
    if (response !== undefined && this.state === 'early') {
      this.routeSet = response.list('Record-Route').reverse();
      this.refresh(response, 'INVITE');
    }
    this.state = 'confirmed';
  }

  terminate(): void {
    this.state = 'terminated';
  }
}

export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}|${localTag}|${remoteTag}`;
}

function targetOf(message: SipMessage): string | undefined {
  return message.contactUri?.toString();
}
