import type { Channel } from './channel.ts';

/** What is to be called, and how. */
export interface ChannelRequest {
  /** What stands behind the technology: `alice`, `100@default/n`. */
  readonly resource: string;
  /** Unique id of the channel; made up unless given. */
  readonly id?: string | undefined;
  /** That of its other half, where it has one. */
  readonly otherId?: string | undefined;
  /** Formats that may be offered; empty for what the technology would. */
  readonly formats: readonly string[];
  /** A channel whose audio the new one's is to be connected with. */
  readonly near?: Channel | undefined;
}

/** A channel cannot be had; nothing was called, and there is no channel. */
export class RequestError extends Error {
  /** Q.850. */
  readonly hangupCause: number;

  constructor(hangupCause: number, message: string) {
    super(message);
    this.name = 'RequestError';
    this.hangupCause = hangupCause;
  }
}

/** A way of calling somebody. */
export interface ChannelTechnology {
  readonly name: string;
  /** Makes a channel that does not call yet: its driver's `dial` does. @throws {RequestError} */
  request(request: ChannelRequest): Promise<Channel>;
}

/** Q.850: channel type not implemented. */
const NO_SUCH_TECHNOLOGY = 66;

/** Every way of calling somebody, by the name that stands before the slash. */
export class Technologies {
  readonly #known = new Map<string, ChannelTechnology>();

  /** Adds a technology; the returned function takes it away again. */
  provide(technology: ChannelTechnology): () => void {
    const key = technology.name.toLowerCase();
    this.#known.set(key, technology);
    return () => {
      if (this.#known.get(key) === technology) this.#known.delete(key);
    };
  }

  /** Makes a channel of a technology, its name in any case. @throws {RequestError} */
  async request(technology: string, request: ChannelRequest): Promise<Channel> {
    const found = this.#known.get(technology.toLowerCase());
    if (found === undefined)
      throw new RequestError(NO_SUCH_TECHNOLOGY, `there is no channel technology '${technology}'`);
    return found.request(request);
  }
}
