import { ASKED_FOR, type Logger } from '../log/index.ts';
import type { Stasis } from '../stasis/index.ts';
import type { AriAnswer, AriRequest } from './operation.ts';

/** `ari set debug`: what goes to and fro, on the console. */
export class Debugging {
  readonly #stasis: Stasis;
  readonly #log: Logger;

  constructor(stasis: Stasis, log: Logger) {
    this.#stasis = stasis;
    this.#log = log;
  }

  /** Whether requests and answers are shown too. */
  get everything(): boolean {
    return this.#stasis.debuggingAll;
  }

  event(remote: string, application: string, text: () => string): void {
    if (!this.#stasis.debugging(application)) return;
    this.#log.verbose(`<--- Sending ARI event to ${remote} --->\n${text()}\n`, ASKED_FOR);
  }

  /** Query and body are left out: `api_key` and passwords are in there. */
  request(from: string, { method, path }: AriRequest): void {
    this.#log.verbose(`<--- ARI request received from: ${from} --->\n${method} ${path}\n`, ASKED_FOR);
  }

  answer(to: string, { status, body }: AriAnswer): void {
    this.#log.verbose(`<--- ARI answer of ${body.length} characters to: ${to} --->\n${status}\n`, ASKED_FOR);
  }
}
