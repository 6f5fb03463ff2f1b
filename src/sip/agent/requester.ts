import type { Timer } from '../../platform/index.ts';
import { respond } from '../message/build.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { ClientFailure, ClientTransaction, ClientUser } from '../transaction/transaction.ts';
import type { RequestPlan } from './api.ts';
import type { AgentHost } from './host.ts';

/** Challenges answered for one request before the refusal counts: a proxy's, a server's, and one stale nonce each. */
export const MAX_CHALLENGES = 4;

/** To tag of responses that came from no peer. */
const LOCAL_TAG = 'local';

/** Whether a response was made up because none came, rather than sent by the peer. */
export function isMadeHere(response: SipResponse): boolean {
  return response.toTag === LOCAL_TAG;
}

/** The response we make up when none came: 408 for a timeout, 503 for an unreachable peer (RFC 3261 §8.1.3.1). */
export function localResponse(request: SipRequest, kind: ClientFailure): SipResponse {
  return respond(request, kind === 'timeout' ? 408 : 503, undefined, { toTag: LOCAL_TAG });
}

/** The same request with credentials, a higher number and no Via (RFC 3261 §8.1.3.5). */
export function withCredentials(
  request: SipRequest,
  [name, value]: readonly [string, string],
  number: number,
): SipRequest {
  const next = request.clone();
  next.removeFirst('Via');
  const realm = realmOf(value);
  // Credentials for other realms stay; the refused ones of this realm go.
  const others = next.getAll(name).filter((each) => realmOf(each) !== realm);
  next.remove(name);
  for (const each of others) next.append(name, each);
  next.append(name, value);
  next.set('CSeq', `${number} ${request.method}`);
  return next;
}

function realmOf(value: string): string {
  const at = value.indexOf('realm=');
  if (at < 0) return '';
  const end = value.indexOf('"', at + 7);
  return value.slice(at + 6, end < 0 ? undefined : end + 1);
}

/** One non-INVITE request until its final response, challenges answered on the way. */
export class Requester implements ClientUser {
  readonly #host: AgentHost;
  readonly #plan: RequestPlan;
  readonly #done: (response: SipResponse) => void;
  readonly #nextCSeq: ((before: number) => number) | undefined;
  #request: SipRequest;
  #challenges = 0;
  #patience: Timer | undefined;
  #transaction: ClientTransaction | undefined;
  #finished = false;

  constructor(
    host: AgentHost,
    request: SipRequest,
    plan: RequestPlan,
    done: (response: SipResponse) => void,
    nextCSeq?: (before: number) => number,
  ) {
    this.#host = host;
    this.#plan = plan;
    this.#done = done;
    this.#nextCSeq = nextCSeq;
    this.#request = request;
  }

  start(): void {
    if (this.#plan.timeout !== undefined) {
      this.#patience = this.#host.timers.after(this.#plan.timeout, () => {
        this.#transaction?.stop();
        this.#finish(localResponse(this.#request, 'timeout'));
      });
    }
    this.#send();
  }

  #send(): void {
    this.#host.dispatch(this.#request, this.#plan, this, (transaction) => {
      this.#transaction = transaction;
      if (this.#finished) transaction.stop();
    });
  }

  response(response: SipResponse): void {
    if (response.status < 200) {
      this.#plan.onProvisional?.(response);
      return;
    }
    if ((response.status === 401 || response.status === 407) && this.#challenges < MAX_CHALLENGES) {
      const header = this.#plan.authenticate?.(this.#request, response);
      if (header !== undefined) {
        this.#challenges++;
        const { number } = this.#request.cseq;
        this.#request = withCredentials(this.#request, header, this.#nextCSeq?.(number) ?? number + 1);
        this.#send();
        return;
      }
    }
    this.#finish(response);
  }

  failed(kind: ClientFailure): void {
    this.#finish(localResponse(this.#request, kind));
  }

  #finish(response: SipResponse): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#patience?.cancel();
    this.#done(response);
  }
}
