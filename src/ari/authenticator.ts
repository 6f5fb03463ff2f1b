import { AsterismError } from '../errors/index.ts';
import type { Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import { FailureLimit, PasswordChecker, Tokens, type TokenVerdict, withToken } from '../security/index.ts';
import { StoreError } from '../sorcery/index.ts';
import type { AriUser } from './ari-config.ts';
import { type Connection, LoginEvents, type LoginLog } from './login-events.ts';

export interface AuthenticatorOptions {
  /** Looks a user up where it is kept. @throws {StoreError} */
  readonly find: (name: string) => AriUser | undefined | Promise<AriUser | undefined>;
  readonly tokens: Tokens;
  readonly security: LoginLog;
  /** Whether managers hear of logins. */
  readonly toManagers: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a request says about who sent it. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** The query parameter `api_key`, `user:password` or a token. */
  readonly apiKey: string | undefined;
  readonly address: string;
  /** What it came over; logins without one are not told. */
  readonly connection?: Connection;
}

/** Who it is, or why not. */
export type Verdict = AriUser | AsterismError;

/** Tells who a request comes from, or why it is refused: the password, then the address. */
export class Authenticator {
  readonly passwords = new PasswordChecker();
  readonly #options: AuthenticatorOptions;
  readonly #failures: FailureLimit;
  readonly #events: LoginEvents;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#failures = new FailureLimit(options.clock);
    this.#events = new LoginEvents(options.security, options.toManagers);
  }

  /** Basic or Bearer first, then `api_key`, as the original looks; answers at once unless something has to be computed or fetched. */
  identify(credentials: Credentials): Verdict | Promise<Verdict> {
    const { authorization, apiKey } = credentials;
    if (authorization?.startsWith(BEARER) === true)
      return this.#byToken(authorization.slice(BEARER.length), credentials);
    const given = authorization?.startsWith(BASIC)
      ? Buffer.from(authorization.slice(BASIC.length), 'base64').toString('utf8')
      : (apiKey ?? '');
    // Who says nothing is asked, and has not failed: browsers begin like this.
    if (given === '') return new AsterismError('UNAUTHORIZED');
    if (Tokens.looksLike(given)) return this.#byToken(given, credentials);
    const colon = given.indexOf(':');
    // What stands without a colon may be a password in the wrong place: no log repeats it.
    const name = colon < 0 ? '' : given.slice(0, colon);
    const password = given.slice(colon + 1);
    // Clients that only know a user and a password put the token in the place of the password.
    if (Tokens.looksLike(password)) return this.#byToken(password, credentials, name);
    return this.#found(
      () => (colon < 0 ? undefined : this.#options.find(name)),
      (user) => this.#byPassword(user, name, password, credentials),
    );
  }

  /** Goes on with a user who may have to be fetched. */
  #found(
    find: () => AriUser | undefined | Promise<AriUser | undefined>,
    then: (user: AriUser | undefined) => Verdict | Promise<Verdict>,
  ): Verdict | Promise<Verdict> {
    try {
      const user = find();
      return user instanceof Promise ? user.then(then).catch(unreadable) : then(user);
    } catch (error) {
      return unreadable(error);
    }
  }

  #byPassword(
    user: AriUser | undefined,
    name: string,
    password: string,
    credentials: Credentials,
  ): Verdict | Promise<Verdict> {
    if (user !== undefined && this.passwords.known(password, user.password))
      return this.#admit(user, credentials);
    // What was right before goes on working while somebody guesses from the same address.
    if (!this.#failures.allows(credentials.address)) return new AsterismError('TOO_MANY_FAILURES');
    if (user === undefined) return this.#failed('InvalidAccountID', name, credentials);
    const judged = (right: boolean) =>
      right ? this.#admit(user, credentials) : this.#failed('InvalidPassword', name, credentials);
    return user.crypted
      ? this.passwords.crypt(password, user.password).then(judged)
      : judged(this.passwords.plain(password, user.password));
  }

  /** `name` is the user whom a client names with the token, if it does. */
  #byToken(text: string, credentials: Credentials, name?: string): Verdict | Promise<Verdict> {
    let verdict: TokenVerdict;
    try {
      verdict = this.#options.tokens.check(text);
    } catch (error) {
      return unreadable(error);
    }
    return this.#found(
      () => (verdict.kind === 'unknown' ? undefined : this.#options.find(verdict.token.user)),
      (user) => {
        if (user !== undefined && verdict.kind !== 'unknown' && (name ?? user.name) === user.name) {
          // Whoever has it did not guess it.
          if (verdict.kind === 'expired') return new AsterismError('TOKEN_EXPIRED');
          return this.#admit(withToken(user, verdict.token), credentials);
        }
        if (!this.#failures.allows(credentials.address)) return new AsterismError('TOO_MANY_FAILURES');
        const id = Tokens.idIn(text);
        return this.#failed('InvalidPassword', name ?? (id === undefined ? '' : `token ${id}`), credentials);
      },
    );
  }

  #admit(user: AriUser, { address, connection }: Credentials): Verdict {
    if (user.acl === undefined || user.acl.permits(address)) {
      this.#events.admitted(connection, user.name);
      return user;
    }
    this.#events.refused('FailedACL', connection, user.name);
    return new AsterismError('ACL_DENIED');
  }

  #failed(
    kind: 'InvalidAccountID' | 'InvalidPassword',
    name: string,
    { address, connection }: Credentials,
  ): AsterismError {
    this.#failures.failed(address);
    const shown = printable(name);
    this.#events.refused(kind, connection, shown);
    this.#options.log.notice(`Login of '${shown}' from ${address} failed`);
    return new AsterismError('UNAUTHORIZED');
  }

  async close(): Promise<void> {
    await this.passwords.close();
  }
}

const BASIC = 'Basic ';
export const BEARER = 'Bearer ';

/** Whether somebody may come in is not known while the store is away, which is not a no. */
function unreadable(error: unknown): AsterismError {
  if (error instanceof StoreError)
    return new AsterismError('STORE_UNREADABLE', { detail: error.message, cause: error });
  throw error;
}

/** Longest name that is written into the log. */
const MAX_LOGGED_NAME = 64;

/** A name from the wire as it may stand in a line of a log. */
function printable(name: string): string {
  return name.slice(0, MAX_LOGGED_NAME).replace(/[^\x20-\x7e]/g, '?');
}
