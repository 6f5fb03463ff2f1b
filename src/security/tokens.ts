import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AsterismError } from '../errors/index.ts';
import { type Clock, Emitter } from '../platform/index.ts';
import type { Scope, User } from './capability.ts';

/** Where tokens are kept: AstDB, or what looks like it. */
export interface TokenStore {
  get(key: string): string | undefined;
  range(prefix: string): Iterable<readonly [key: string, value: string]>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What a token may do; never more than its user. */
export interface TokenScope extends Omit<Scope, 'of'> {
  readonly readOnly: boolean;
}

/** A token as it is kept: everything but the token. */
export interface Token extends TokenScope {
  readonly id: string;
  /** The user whose rights it has, as far as its own lists go. */
  readonly user: string;
  /** What people call it. */
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly expires: number;
}

export interface TokenRequest extends Partial<TokenScope> {
  readonly user: string;
  readonly label?: string;
  /** From now on. */
  readonly seconds?: number;
}

/** What is known of a token that somebody shows. */
export type TokenVerdict =
  | { readonly kind: 'valid' | 'expired'; readonly token: Token }
  | { readonly kind: 'unknown' };

export const DEFAULT_TOKEN_SECONDS = 24 * 3_600;
export const MAX_TOKEN_SECONDS = 366 * 24 * 3_600;
/** Tokens of one user that have not expired. */
export const MAX_TOKENS_OF_USER = 1_000;
/** Characters of a label, and patterns of one list. */
export const MAX_LABEL = 100;
export const MAX_PATTERNS = 100;

const FAMILY = '/ari_token/';
/** Tells people, and programs that look for leaked secrets, what a text is. */
const PREFIX = 'asm_';
const ID_BYTES = 8;
const SECRET_BYTES = 32;
const ID_LENGTH = ID_BYTES * 2;
const SECRET_LENGTH = Math.ceil((SECRET_BYTES * 4) / 3);
/** `asm_<id>_<secret>`. */
const TOKEN_LENGTH = PREFIX.length + ID_LENGTH + 1 + SECRET_LENGTH;
const UNKNOWN_HASH = '0'.repeat(64);

/** A row of the store. */
type Row = Token & { readonly hash: string };

/**
 * Tokens that stand for a user and a password: random, so that one hash is enough to keep them; what is stored is no use to whoever
 * reads it. The store is asked at each use, so that a row that is removed there is a token that is revoked.
 */
export class Tokens {
  readonly events: Emitter<{ ended: [id: string] }>;
  readonly #store: TokenStore;
  readonly #clock: Clock;
  /** Rows as they were read last. */
  readonly #read = new Map<string, { readonly text: string; readonly row: Row | undefined }>();

  constructor(store: TokenStore, clock: Clock, failed: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.events = new Emitter((_event, error) => failed(error));
  }

  /** Whether a text is made like a token, so that it is no password. */
  static looksLike(text: string): boolean {
    return text.length === TOKEN_LENGTH && text.startsWith(PREFIX) && text[PREFIX.length + ID_LENGTH] === '_';
  }

  /** The id in a text that looks like a token, which is no secret. */
  static idIn(text: string): string | undefined {
    return Tokens.looksLike(text) ? text.slice(PREFIX.length, PREFIX.length + ID_LENGTH) : undefined;
  }

  /** Makes a token; its text is told this once. @throws {AsterismError} TOKEN_LIMIT, PARAMETER_INVALID */
  async create(request: TokenRequest): Promise<{ readonly text: string; readonly token: Token }> {
    const { user, label = '', seconds = DEFAULT_TOKEN_SECONDS } = request;
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_TOKEN_SECONDS)
      throw invalid('expiresIn', `A whole number of seconds from 1 to ${MAX_TOKEN_SECONDS}.`);
    if (label.length > MAX_LABEL || /[^\P{Cc}]/u.test(label))
      throw invalid('label', `At most ${MAX_LABEL} characters, on one line.`);
    await this.#forgetExpired();
    if (this.list(user).length >= MAX_TOKENS_OF_USER)
      throw new AsterismError('TOKEN_LIMIT', { args: { user } });
    const now = this.#clock.now();
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const token: Token = {
      ...{
        id: randomBytes(ID_BYTES).toString('hex'),
        user,
        label,
        created: now,
        expires: now + seconds * 1_000,
      },
      readOnly: request.readOnly === true,
      allowOperations: request.allowOperations ?? [],
      denyOperations: request.denyOperations ?? [],
      allowApplications: request.allowApplications ?? [],
      denyApplications: request.denyApplications ?? [],
    };
    const row: Row = { ...token, hash: digest(secret) };
    await this.#store.put(FAMILY + token.id, JSON.stringify(row));
    return { text: `${PREFIX}${token.id}_${secret}`, token };
  }

  /** What a text that somebody shows is worth. @throws {StoreError} */
  check(text: string): TokenVerdict {
    const id = Tokens.idIn(text);
    const row = id === undefined ? undefined : this.#row(id);
    const given = digest(text.slice(PREFIX.length + ID_LENGTH + 1));
    // Compared in any case: how long an answer takes does not tell whether there is a token of this id.
    const same = timingSafeEqual(Buffer.from(given), Buffer.from(row?.hash ?? UNKNOWN_HASH));
    if (row === undefined || !same) return { kind: 'unknown' };
    return { kind: row.expires > this.#clock.now() ? 'valid' : 'expired', token: row };
  }

  /** A token that has neither expired nor been revoked. @throws {StoreError} */
  get(id: string): Token | undefined {
    const row = /^[0-9a-f]{16}$/.test(id) ? this.#row(id) : undefined;
    return row !== undefined && row.expires > this.#clock.now() ? row : undefined;
  }

  /** Tokens that have not expired, of one user or of all, the oldest first. @throws {StoreError} */
  list(user?: string): Token[] {
    const now = this.#clock.now();
    const found: Token[] = [];
    for (const [key] of this.#store.range(FAMILY)) {
      const row = this.#row(key.slice(FAMILY.length));
      if (row !== undefined && row.expires > now && (user === undefined || row.user === user))
        found.push(row);
    }
    return found.sort((a, b) => a.created - b.created);
  }

  /** Ends a token. Resolves false when there is none of this id. @throws {StoreError} */
  async revoke(id: string): Promise<boolean> {
    if (this.get(id) === undefined) return false;
    await this.#remove(id);
    return true;
  }

  /** Ends every token of a user who is no more, so that a new one of the same name does not find them. @throws {StoreError} */
  async revokeAll(user: string): Promise<void> {
    await Promise.all(this.list(user).map(({ id }) => this.#remove(id)));
  }

  async #forgetExpired(): Promise<void> {
    const now = this.#clock.now();
    const expired: string[] = [];
    for (const [key] of this.#store.range(FAMILY)) {
      const id = key.slice(FAMILY.length);
      const row = this.#row(id);
      if (row !== undefined && row.expires <= now) expired.push(id);
    }
    await Promise.all(expired.map((id) => this.#remove(id)));
  }

  async #remove(id: string): Promise<void> {
    await this.#store.delete(FAMILY + id);
    this.#read.delete(id);
    this.events.emit('ended', id);
  }

  #row(id: string): Row | undefined {
    const text = this.#store.get(FAMILY + id);
    if (text === undefined) {
      this.#read.delete(id);
      return undefined;
    }
    const known = this.#read.get(id);
    if (known?.text === text) return known.row;
    const row = parseRow(id, text);
    this.#read.set(id, { text, row });
    return row;
  }
}

/** What a user may do who has come with a token. */
export function withToken<T extends User>(user: T, token: Token): T {
  const { id, allowOperations, denyOperations, allowApplications, denyApplications } = token;
  const scope: Scope = {
    ...{ of: `token '${id}'`, allowOperations, denyOperations, allowApplications, denyApplications },
  };
  return {
    ...user,
    token: id,
    readOnly: user.readOnly || token.readOnly,
    scopes: [...(user.scopes ?? []), scope],
  };
}

function digest(secret: string): string {
  return hash('sha256', secret);
}

function invalid(field: string, hint: string): AsterismError {
  return new AsterismError('PARAMETER_INVALID', { args: { field }, field, hint });
}

/** A row that is not whole is no token. */
function parseRow(id: string, text: string): Row | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const row = parsed as Partial<Record<keyof Row, unknown>>;
  const lists = [row.allowOperations, row.denyOperations, row.allowApplications, row.denyApplications];
  const whole =
    typeof row.user === 'string' &&
    typeof row.label === 'string' &&
    typeof row.created === 'number' &&
    typeof row.expires === 'number' &&
    typeof row.readOnly === 'boolean' &&
    typeof row.hash === 'string' &&
    /^[0-9a-f]{64}$/.test(row.hash) &&
    lists.every((list) => Array.isArray(list) && list.every((each) => typeof each === 'string'));
  return whole ? { ...(parsed as Row), id } : undefined;
}
