import type { Clock, Timer } from '../../platform/index.ts';
import type { SecurityAddress } from '../../security/index.ts';
import { type Header, MAX_HEADERS } from '../packet.ts';
import { Session, type SessionHost } from '../session.ts';

/** Events that are kept for a client until it asks for them; the oldest go first. */
export const MAX_KEPT_CHARS = 1024 * 1024;
/** A wait ends this long before the cookie would (seconds), so that its answer still finds it good. */
const WAIT_MARGIN = 10;

/** A client that comes and goes, known by its cookie or nonce: events are kept until it waits for some. */
export class HttpSession {
  readonly session: Session;
  /** The client's count of uses of its nonce; what is not above it is a repetition. */
  count = -1;
  /** Events that were lost because the client did not fetch them. */
  lost = 0;
  readonly #clock: Clock;
  readonly #host: SessionHost;
  #kept: string[] = [];
  #keptChars = 0;
  #wake: (() => void) | undefined;
  #expiry: Timer | undefined;

  /** `ended` forgets the session. */
  constructor(
    host: SessionHost,
    ends: { local: SecurityAddress; remote: SecurityAddress },
    ended: (how: string) => void,
  ) {
    this.#host = host;
    this.#clock = host.clock;
    this.session = new Session(host, {
      ...ends,
      deliver: (text) => this.#keep(text),
      waitEvent: (seconds) => this.#wait(seconds),
      overHttp: true,
      disconnect: (how) => ended(how),
    });
  }

  #keep(text: string): void {
    this.#kept.push(text);
    this.#keptChars += text.length;
    while (this.#keptChars > MAX_KEPT_CHARS) {
      this.#keptChars -= this.#kept.shift()?.length ?? 0;
      if (this.lost++ === 0)
        this.#host.log.warning(
          `Manager '${this.session.user?.name ?? ''}' does not fetch its events over HTTP: the oldest are dropped`,
        );
    }
    this.#wake?.();
  }

  async #wait(asked: number | undefined): Promise<string> {
    this.#wake?.();
    if (this.#kept.length === 0) {
      const most = Math.max(0, this.#host.config().httpTimeout - WAIT_MARGIN);
      await new Promise<void>((resolve) => {
        const timer = this.#clock.after(Math.min(asked ?? most, most) * 1000, () => done());
        const done = () => {
          timer.cancel();
          if (this.#wake === done) this.#wake = undefined;
          resolve();
        };
        this.#wake = done;
      });
    }
    const events = this.#kept.join('');
    this.#kept = [];
    this.#keptChars = 0;
    return events;
  }

  /** Another request came: whoever waits is answered with what there is. */
  interrupt(): void {
    this.#wake?.();
  }

  /** Lives for so many seconds more. */
  touch(seconds: number, expired: () => void): void {
    this.#expiry?.cancel();
    this.#expiry = this.#clock.after(seconds * 1000, expired);
  }

  close(how: string): void {
    this.#expiry?.cancel();
    this.#wake?.();
    this.session.close(how);
    this.#kept = [];
  }
}

/** Line breaks in a query's values would forge headers where they are told again. */
const LINE_BREAKS = /[\r\n]+/g;

/** The headers of an action from a query or a form; undefined when there are too many. */
export function queryPacket(texts: readonly string[]): Header[] | undefined {
  const packet: Header[] = [];
  for (const text of texts) {
    for (const [name, value] of new URLSearchParams(text)) {
      if (packet.length >= MAX_HEADERS) return undefined;
      packet.push([name.replace(LINE_BREAKS, ' '), value.replace(LINE_BREAKS, ' ')]);
    }
  }
  return packet;
}
