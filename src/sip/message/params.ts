import { MAX_PARAMS } from '../limits.ts';
import { skipQuoted, unquote } from './chars.ts';
import { SipParseError } from './error.ts';

/** `;name=value` parameters in their order. Names compare without case; values are kept as they were written. */
export class Params {
  /** Name, value, name, value …: one array is cheaper than a map for the handful there ever is. */
  readonly #flat: (string | undefined)[] = [];

  /** Reads `;a;b=c` from `start` to the end or to `stop` (a character code outside of quotes). */
  static parse(text: string, start = 0): Params {
    const params = new Params();
    const length = text.length;
    let at = start;
    let count = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      if (code === 32 || code === 9) {
        at++;
        continue;
      }
      if (code !== 59) throw new SipParseError(`parameter expected at "${text.slice(at, at + 20)}"`);
      if (++count > MAX_PARAMS) throw new SipParseError('too many parameters');
      at++;
      let equals = -1;
      let end = at;
      while (end < length) {
        const inside = text.charCodeAt(end);
        if (inside === 59) break;
        if (inside === 61 && equals < 0) equals = end;
        if (inside === 34) {
          end = skipQuoted(text, end);
          if (end < 0) throw new SipParseError('quoted string without end');
          continue;
        }
        end++;
      }
      const name = text.slice(at, equals < 0 ? end : equals).trim();
      if (name !== '') {
        params.#flat.push(name.toLowerCase(), equals < 0 ? undefined : text.slice(equals + 1, end).trim());
      } else if (equals >= 0 || end < length) {
        // One semicolon too many at the end is common and harmless; elsewhere something is missing.
        throw new SipParseError('parameter without a name');
      }
      at = end;
    }
    return params;
  }

  get size(): number {
    return this.#flat.length / 2;
  }

  #index(name: string): number {
    for (let i = 0; i < this.#flat.length; i += 2) if (this.#flat[i] === name) return i;
    return -1;
  }

  has(name: string): boolean {
    return this.#index(name) >= 0;
  }

  /** The value as written (quotes kept); '' for a parameter without value; undefined when absent. Name in lower case. */
  get(name: string): string | undefined {
    const at = this.#index(name);
    return at < 0 ? undefined : (this.#flat[at + 1] ?? '');
  }

  /** The value with quotes undone. */
  text(name: string): string | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : unquote(value);
  }

  /** Sets one parameter in place; `undefined` writes a flag without value. */
  set(name: string, value?: string): this {
    const lower = name.toLowerCase();
    const at = this.#index(lower);
    if (at < 0) this.#flat.push(lower, value);
    else this.#flat[at + 1] = value;
    return this;
  }

  delete(name: string): void {
    const at = this.#index(name);
    if (at >= 0) this.#flat.splice(at, 2);
  }

  *[Symbol.iterator](): Generator<[name: string, value: string | undefined]> {
    for (let i = 0; i < this.#flat.length; i += 2) yield [this.#flat[i] ?? '', this.#flat[i + 1]];
  }

  clone(): Params {
    const copy = new Params();
    copy.#flat.push(...this.#flat);
    return copy;
  }

  toString(): string {
    const flat = this.#flat;
    let out = '';
    for (let i = 0; i < flat.length; i += 2) {
      const value = flat[i + 1];
      out += value === undefined ? `;${flat[i]}` : `;${flat[i]}=${value}`;
    }
    return out;
  }
}
