import { parseDigits } from './chars.ts';
import { SipParseError } from './error.ts';
import { canonicalHeader, isKnownHeader } from './header-names.ts';
import { NameAddr, splitList, tagOf } from './name-addr.ts';
import { Uri } from './uri.ts';
import { Via } from './via.ts';

export interface CSeq {
  number: number;
  method: string;
}

const EMPTY = Buffer.alloc(0);

/**
 * What requests and responses share: headers in order with raw values, and a body. Nothing is parsed before it is
 * asked for; the typed getters throw SipParseError (400) when the header is missing or malformed, and remember.
 * Header names are accepted in any case and in compact form, and are kept in their usual spelling.
 */
export abstract class SipMessage {
  /** Names in their usual spelling and raw values, index by index. Change them through the methods. */
  readonly names: string[];
  readonly values: string[];
  #body: Buffer;
  #via: Via | undefined;
  #from: NameAddr | undefined;
  #to: NameAddr | undefined;
  #cseq: CSeq | undefined;

  constructor(names: string[] = [], values: string[] = [], body: Buffer = EMPTY) {
    this.names = names;
    this.values = values;
    this.#body = body;
  }

  abstract get startLine(): string;

  get body(): Buffer {
    return this.#body;
  }

  /** Text is stored as UTF-8. Content-Length follows by itself; Content-Type is yours to set. */
  set body(body: Buffer | string) {
    this.#body = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  }

  #find(name: string, from = 0): number {
    const wanted = canonicalHeader(name);
    const at = this.names.indexOf(wanted, from);
    if (at >= 0 || isKnownHeader(wanted)) return at;
    const lower = wanted.toLowerCase();
    for (let i = from; i < this.names.length; i++) if (this.names[i]?.toLowerCase() === lower) return i;
    return -1;
  }

  /** Raw value of the first header of this name. */
  get(name: string): string | undefined {
    const at = this.#find(name);
    return at < 0 ? undefined : this.values[at];
  }

  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  /** Raw values of every header of this name, not split at commas. */
  getAll(name: string): string[] {
    const out: string[] = [];
    for (let at = this.#find(name); at >= 0; at = this.#find(name, at + 1)) out.push(this.values[at] ?? '');
    return out;
  }

  /** Elements of every header of this name, split at commas. */
  list(name: string): string[] {
    const at = this.#find(name);
    if (at < 0) return [];
    const first = splitList(this.values[at] ?? '');
    for (let next = this.#find(name, at + 1); next >= 0; next = this.#find(name, next + 1)) {
      for (const element of splitList(this.values[next] ?? '')) first.push(element);
    }
    return first;
  }

  /** Replaces the first header of this name where it stands and drops the others, or appends it. */
  set(name: string, value: string): this {
    const at = this.#find(name);
    if (at < 0) return this.append(name, value);
    this.values[at] = value;
    for (let next = this.#find(name, at + 1); next >= 0; next = this.#find(name, next)) this.#splice(next);
    this.#forget();
    return this;
  }

  append(name: string, value: string): this {
    this.names.push(canonicalHeader(name));
    this.values.push(value);
    this.#forget();
    return this;
  }

  prepend(name: string, value: string): this {
    this.names.unshift(canonicalHeader(name));
    this.values.unshift(value);
    this.#forget();
    return this;
  }

  /** Drops every header of this name. */
  remove(name: string): this {
    for (let at = this.#find(name); at >= 0; at = this.#find(name, at)) this.#splice(at);
    this.#forget();
    return this;
  }

  /** Drops the first element of the first header of this name, as a hop does with Via or Route. */
  removeFirst(name: string): this {
    const at = this.#find(name);
    if (at < 0) return this;
    const rest = splitList(this.values[at] ?? '').slice(1);
    if (rest.length === 0) this.#splice(at);
    else this.values[at] = rest.join(', ');
    this.#forget();
    return this;
  }

  #splice(at: number): void {
    this.names.splice(at, 1);
    this.values.splice(at, 1);
  }

  #forget(): void {
    this.#via = undefined;
    this.#from = undefined;
    this.#to = undefined;
    this.#cseq = undefined;
  }

  #need(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw new SipParseError(`${name} header missing`);
    return value;
  }

  /** The topmost Via. */
  get via(): Via {
    if (this.#via !== undefined) return this.#via;
    const value = this.#need('Via');
    this.#via = Via.parse(value.indexOf(',') < 0 ? value : (splitList(value)[0] ?? ''));
    return this.#via;
  }

  get from(): NameAddr {
    this.#from ??= NameAddr.parse(this.#need('From'));
    return this.#from;
  }

  get to(): NameAddr {
    this.#to ??= NameAddr.parse(this.#need('To'));
    return this.#to;
  }

  get fromTag(): string | undefined {
    return tagOf(this.get('From') ?? '');
  }

  get toTag(): string | undefined {
    return tagOf(this.get('To') ?? '');
  }

  get callId(): string {
    return this.#need('Call-ID');
  }

  get cseq(): CSeq {
    this.#cseq ??= parseCSeq(this.#need('CSeq'));
    return this.#cseq;
  }

  /** Contacts, or '*' when the single value is the wildcard (RFC 3261 §10.2.2). */
  get contacts(): NameAddr[] | '*' {
    const list = this.list('Contact');
    if (list.length === 1 && list[0] === '*') return '*';
    return list.map((value) => NameAddr.parse(value));
  }

  /** The first Contact's URI; undefined when there is none or it is '*'. */
  get contactUri(): Uri | undefined {
    const first = this.list('Contact')[0];
    return first === undefined || first === '*' ? undefined : NameAddr.parse(first).uri;
  }

  get contentType(): string | undefined {
    return this.get('Content-Type');
  }

  /** Media type in lower case without parameters; '' when there is none. */
  get mediaType(): string {
    const value = this.get('Content-Type');
    if (value === undefined) return '';
    const semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.slice(0, semicolon)).replaceAll(' ', '').toLowerCase();
  }

  /** Value of a number header, -1 when it is missing or malformed. */
  number(name: string, max = 0xffff_ffff): number {
    const value = this.get(name);
    return value === undefined ? -1 : parseDigits(value, max);
  }

  /** Header section with start line and the empty line; Content-Length counts the body. */
  #head(): string {
    let out = this.startLine;
    const { names, values } = this;
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      if (name !== 'Content-Length') out += `\r\n${name}: ${values[i]}`;
    }
    return `${out}\r\nContent-Length: ${this.#body.length}\r\n\r\n`;
  }

  toBuffer(): Buffer {
    const head = Buffer.from(this.#head(), 'utf8');
    return this.#body.length === 0 ? head : Buffer.concat([head, this.#body]);
  }

  /** For people; binary bodies suffer. */
  toString(): string {
    return this.#head() + this.#body.toString('utf8');
  }
}

export class SipRequest extends SipMessage {
  readonly method: string;
  /** The Request-URI as written. */
  uri: string;
  #parsed: Uri | undefined;
  #parsedFrom: string | undefined;

  constructor(method: string, uri: string, names?: string[], values?: string[], body?: Buffer) {
    super(names, values, body);
    this.method = method;
    this.uri = uri;
  }

  get startLine(): string {
    return `${this.method} ${this.uri} SIP/2.0`;
  }

  /** Throws SipParseError (400). */
  get requestUri(): Uri {
    if (this.#parsed === undefined || this.#parsedFrom !== this.uri) {
      this.#parsed = Uri.parse(this.uri);
      this.#parsedFrom = this.uri;
    }
    return this.#parsed;
  }

  clone(): SipRequest {
    return new SipRequest(this.method, this.uri, [...this.names], [...this.values], this.body);
  }
}

export class SipResponse extends SipMessage {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, names?: string[], values?: string[], body?: Buffer) {
    super(names, values, body);
    this.status = status;
    this.reason = reason;
  }

  get startLine(): string {
    return `SIP/2.0 ${this.status} ${this.reason}`;
  }
}

/** Sequence numbers are below 2**31 (RFC 3261 §8.1.1.5). Throws SipParseError (400). */
export function parseCSeq(value: string): CSeq {
  let end = 0;
  while (end < value.length && value.charCodeAt(end) > 32) end++;
  const number = parseDigits(value.slice(0, end), 0x7fff_ffff);
  const method = value.slice(end).trim();
  if (number < 0 || method === '') throw new SipParseError(`no CSeq: "${value.slice(0, 40)}"`);
  return { number, method };
}
