import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/index.ts';
import { sameText } from '../../security/index.ts';

/** The realm that the original asks for. */
const REALM = 'asterisk';
/** Longest Authorization header that is looked at. */
const MAX_CREDENTIALS = 4_096;

/** What a client answered to a challenge (RFC 7616 §3.4). */
export interface DigestAnswer {
  readonly username: string;
  readonly nonce: string;
  /** How often this nonce was used, by the client's count; 0 without `qop`. */
  readonly count: number;
  /** Whether the answer is right for a secret. */
  matches(secret: string): boolean;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Nonces that carry their own age, so that asking costs no memory; and the answers to them. */
export class DigestNonces {
  readonly #key = randomBytes(32);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Value of `WWW-authenticate`. */
  challenge(stale: boolean): string {
    const seconds = Math.floor(this.#clock.now() / 1000).toString(16);
    const nonce = `${seconds}${this.#sign(seconds)}${randomBytes(8).toString('hex')}`;
    const old = stale ? ', stale=true' : '';
    return `Digest algorithm=MD5, realm="${REALM}", nonce="${nonce}", qop="auth", opaque="${this.#sign(nonce)}"${old}`;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('hex').slice(0, 32);
  }

  /** Whether a nonce is one of ours and not older than `seconds`. */
  fresh(nonce: string, seconds: number): boolean {
    const time = nonce.slice(0, -48);
    if (!/^[0-9a-f]{8,12}$/.test(time) || !sameText(nonce.slice(-48, -16), this.#sign(time))) return false;
    return this.#clock.now() / 1000 - Number.parseInt(time, 16) <= seconds;
  }
}

/** Reads an Authorization header; undefined when it is no answer to a digest challenge of ours for this request. */
export function readDigest(
  header: string | undefined,
  method: string,
  url: string,
): DigestAnswer | undefined {
  if (header === undefined || header.length > MAX_CREDENTIALS || !/^digest /i.test(header)) return undefined;
  const fields = readFields(header.slice('digest '.length));
  const get = (name: string) => fields.get(name) ?? '';
  const [nonce, uri, qop, nc, cnonce] = ['nonce', 'uri', 'qop', 'nc', 'cnonce'].map(get) as [
    string,
    string,
    string,
    string,
    string,
  ];
  // The answer is for one request only (RFC 7616 §3.4.6): one for another address proves nothing.
  if (get('realm') !== REALM || nonce === '' || uri !== url) return undefined;
  if (qop !== '' && (qop !== 'auth' || !/^[0-9a-f]{8}$/i.test(nc))) return undefined;
  const username = get('username');
  const given = get('response').toLowerCase();
  return {
    username,
    nonce,
    count: qop === '' ? 0 : Number.parseInt(nc, 16),
    matches(secret) {
      const ha1 = md5(`${username}:${REALM}:${secret}`);
      const ha2 = md5(`${method}:${uri}`);
      const middle = qop === '' ? nonce : `${nonce}:${nc}:${cnonce}:${qop}`;
      return sameText(given, md5(`${ha1}:${middle}:${ha2}`));
    },
  };
}

/** `name="value", name=value`; quotes may hold commas and escaped characters. */
function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf('=', at);
    if (equals < 0) break;
    const name = text.slice(at, equals).trim().toLowerCase();
    let value = '';
    at = equals + 1;
    if (text[at] === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) {
        if (text[at] === '\\') at++;
        value += text[at] ?? '';
      }
      at = text.indexOf(',', at);
    } else {
      const comma = text.indexOf(',', at);
      value = text.slice(at, comma < 0 ? text.length : comma).trim();
      at = comma;
    }
    fields.set(name, value);
    if (at < 0) break;
    at++;
  }
  return fields;
}
