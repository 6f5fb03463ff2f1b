import type { HeaderList } from '../message/build.ts';
import type { SipRequest } from '../message/message.ts';
import type { UserAgentOptions } from './api.ts';

const DEFAULT_SCHEMES = ['sip', 'sips', 'tel'];

/** What a request is refused with. */
export interface Refusal {
  readonly status: number;
  readonly headers: HeaderList;
}

/** What requests may ask of an agent: schemes of a Request-URI, and extensions (RFC 3261 §8.2.2). */
export class Understanding {
  readonly #schemes: ReadonlySet<string>;
  readonly #tags: ReadonlySet<string>;
  readonly #tagsByMethod: UserAgentOptions['required'];

  constructor({
    schemes,
    supported,
    required,
  }: Pick<UserAgentOptions, 'schemes' | 'supported' | 'required'>) {
    this.#schemes = new Set(schemes ?? DEFAULT_SCHEMES);
    this.#tags = new Set(supported?.map((tag) => tag.toLowerCase()));
    this.#tagsByMethod = required;
  }

  /** Undefined for a request that asks nothing strange. */
  refusal(request: SipRequest): Refusal | undefined {
    if (!this.#schemes.has(request.requestUri.scheme)) return { status: 416, headers: [] };
    if (!request.has('Require')) return undefined;
    const also = this.#tagsByMethod?.get(request.method);
    const strange = request
      .list('Require')
      .filter((tag) => !this.#tags.has(tag.toLowerCase()) && also?.includes(tag.toLowerCase()) !== true);
    if (strange.length === 0) return undefined;
    return { status: 420, headers: [['Unsupported', strange.join(', ')]] };
  }
}
