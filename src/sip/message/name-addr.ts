import { MAX_LIST_ELEMENTS } from '../limits.ts';
import { isToken, quote, skipQuoted, unquote } from './chars.ts';
import { SipParseError } from './error.ts';
import { Params } from './params.ts';
import { Uri } from './uri.ts';

/** A name-addr or addr-spec with header parameters: From, To, Contact, Route, Refer-To … (RFC 3261 §20.10, §20.20). */
export class NameAddr {
  readonly displayName: string | undefined;
  readonly uri: Uri;
  readonly params: Params;

  constructor(uri: Uri, params: Params = new Params(), displayName?: string) {
    this.uri = uri;
    this.params = params;
    this.displayName = displayName;
  }

  /** Throws SipParseError (400). */
  static parse(text: string): NameAddr {
    const value = text.trim();
    let open: number;
    let display: string | undefined;
    if (value.charCodeAt(0) === 34) {
      const end = skipQuoted(value, 0);
      if (end < 0) throw new SipParseError('quoted display name without end');
      display = unquote(value.slice(0, end));
      open = end;
      while (value.charCodeAt(open) === 32 || value.charCodeAt(open) === 9) open++;
      if (value.charCodeAt(open) !== 60) throw new SipParseError('"<" expected after display name');
    } else {
      open = value.indexOf('<');
      if (open < 0) return NameAddr.#bare(value);
      if (open > 0) {
        display = value.slice(0, open).trim();
        for (let i = 0; i < display.length; i++) {
          const code = display.charCodeAt(i);
          // Parentheses, @ and the like are tolerated in an unquoted name; these three change the meaning.
          if (code === 44 || code === 59 || code === 34) {
            throw new SipParseError(`display name needs quotes: "${display.slice(0, 60)}"`);
          }
        }
      }
    }
    const close = value.indexOf('>', open);
    if (close < 0) throw new SipParseError('"<" without ">"');
    const uri = Uri.parse(value.slice(open + 1, close));
    return new NameAddr(
      uri,
      close + 1 < value.length ? Params.parse(value, close + 1) : new Params(),
      display,
    );
  }

  /** Without brackets every `;` parameter belongs to the header, and `,` or `?` are not allowed (RFC 3261 §20.10). */
  static #bare(value: string): NameAddr {
    const semicolon = value.indexOf(';');
    const text = semicolon < 0 ? value : value.slice(0, semicolon).trim();
    if (text.indexOf('?') >= 0 || text.indexOf(',') >= 0) {
      throw new SipParseError(`URI needs angle brackets: "${text.slice(0, 60)}"`);
    }
    return new NameAddr(Uri.parse(text), semicolon < 0 ? new Params() : Params.parse(value, semicolon));
  }

  static tryParse(text: string): NameAddr | undefined {
    try {
      return NameAddr.parse(text);
    } catch {
      return undefined;
    }
  }

  get tag(): string | undefined {
    return this.params.get('tag');
  }

  toString(): string {
    const addr = `<${this.uri.toString()}>${this.params.toString()}`;
    return this.displayName === undefined || this.displayName === ''
      ? addr
      : `${displayText(this.displayName)} ${addr}`;
  }
}

function displayText(name: string): string {
  return isToken(name) ? name : quote(name);
}

/** Elements of a comma-separated header value; commas in quotes or angle brackets do not separate. */
export function splitList(value: string): string[] {
  if (value.indexOf(',') < 0) {
    const only = value.trim();
    return only === '' ? [] : [only];
  }
  const out: string[] = [];
  let start = 0;
  let bracket = false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 34) {
      const end = skipQuoted(value, i);
      if (end < 0) break;
      i = end - 1;
    } else if (code === 60) bracket = true;
    else if (code === 62) bracket = false;
    else if (code === 44 && !bracket) {
      const element = value.slice(start, i).trim();
      if (element !== '') out.push(element);
      start = i + 1;
      if (out.length > MAX_LIST_ELEMENTS) throw new SipParseError('too many elements in a header');
    }
  }
  const last = value.slice(start).trim();
  if (last !== '') out.push(last);
  return out;
}

/** The tag of a raw From or To value without parsing the rest; undefined when there is none. */
export function tagOf(value: string): string | undefined {
  let at = value.lastIndexOf('>') + 1;
  for (;;) {
    at = value.indexOf(';', at);
    if (at < 0) return undefined;
    at++;
    while (value.charCodeAt(at) === 32) at++;
    if (
      (value.charCodeAt(at) | 32) === 116 &&
      (value.charCodeAt(at + 1) | 32) === 97 &&
      (value.charCodeAt(at + 2) | 32) === 103
    ) {
      let equals = at + 3;
      while (value.charCodeAt(equals) === 32) equals++;
      if (value.charCodeAt(equals) === 61) {
        const end = value.indexOf(';', equals);
        return (end < 0 ? value.slice(equals + 1) : value.slice(equals + 1, end)).trim();
      }
    }
  }
}
