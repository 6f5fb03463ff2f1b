import { AsterismError } from '../errors/index.ts';
import type { Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import { FailureLimit, PasswordChecker } from '../security/index.ts';
import type { AriConfig, AriUser } from './ari-config.ts';

export interface AuthenticatorOptions {
  readonly config: () => AriConfig;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a request says about who sent it. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** The query parameter `api_key`, `user:password`. */
  readonly apiKey: string | undefined;
  readonly address: string;
}

/** Who it is, or why not. */
export type Verdict = AriUser | AsterismError;

/** Tells who a request comes from, or why it is refused: the password, then the address. */
export class Authenticator {
  readonly passwords = new PasswordChecker();
  readonly #options: AuthenticatorOptions;
  readonly #failures: FailureLimit;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#failures = new FailureLimit(options.clock);
  }

  /** Basic first, then `api_key`, as the original looks; answers at once unless a hash has to be computed. */
  identify(credentials: Credentials): Verdict | Promise<Verdict> {
    const { authorization, apiKey, address } = credentials;
    const given = authorization?.startsWith('Basic ')
      ? Buffer.from(authorization.slice(6), 'base64').toString('utf8')
      : (apiKey ?? '');
    // Who says nothing is asked, and has not failed: browsers begin like this.
    if (given === '') return new AsterismError('UNAUTHORIZED');
    const colon = given.indexOf(':');
    // What stands without a colon may be a password in the wrong place: no log repeats it.
    const name = colon < 0 ? '' : given.slice(0, colon);
    const user = colon < 0 ? undefined : this.#options.config().users.get(name);
    const password = given.slice(colon + 1);
    if (user !== undefined && this.passwords.known(password, user.password)) return admitted(user, address);
    // What was right before goes on working while somebody guesses from the same address.
    if (!this.#failures.allows(address)) return new AsterismError('TOO_MANY_FAILURES');
    if (user === undefined) return this.#failed(name, address);
    if (user.crypted) {
      return this.passwords
        .crypt(password, user.password)
        .then((right) => (right ? admitted(user, address) : this.#failed(name, address)));
    }
    return this.passwords.plain(password, user.password)
      ? admitted(user, address)
      : this.#failed(name, address);
  }

  #failed(name: string, address: string): AsterismError {
    this.#failures.failed(address);
    this.#options.log.notice(`Login of '${printable(name)}' from ${address} failed`);
    return new AsterismError('UNAUTHORIZED');
  }

  async close(): Promise<void> {
    await this.passwords.close();
  }
}

function admitted(user: AriUser, address: string): Verdict {
  return user.acl === undefined || user.acl.permits(address) ? user : new AsterismError('ACL_DENIED');
}

/** Longest name that is written into the log. */
const MAX_LOGGED_NAME = 64;

/** A name from the wire as it may stand in a line of a log. */
function printable(name: string): string {
  return name.slice(0, MAX_LOGGED_NAME).replace(/[^\x20-\x7e]/g, '?');
}
