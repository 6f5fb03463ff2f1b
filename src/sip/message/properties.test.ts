import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerChallenge } from '../digest/client.ts';
import { parseChallenge, parseCredentials } from '../digest/credentials.ts';
import { MAX_MESSAGE_BYTES } from '../limits.ts';
import { newRequest, respond } from './build.ts';
import { quote, unquote } from './chars.ts';
import { SipParseError } from './error.ts';
import { StreamFramer } from './framer.ts';
import { SipRequest, SipResponse } from './message.ts';
import { NameAddr, splitList, tagOf } from './name-addr.ts';
import { Params } from './params.ts';
import { parseMessage } from './parse.ts';
import { tortureCases } from './torture-messages.ts';
import { Uri } from './uri.ts';
import { validateRequest, validateResponse } from './validate.ts';
import { Via } from './via.ts';

const RUNS = 300;

const token = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,12}$/);
const lowToken = fc.stringMatching(/^[a-z0-9-]{1,10}$/);
const user = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
const port = fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined });
const paramValue = fc.option(fc.stringMatching(/^[A-Za-z0-9.:/&+$_-]{1,12}$/), { nil: undefined });
const params = fc
  .uniqueArray(fc.tuple(lowToken, paramValue), { maxLength: 5, selector: ([name]) => name })
  .map((list) => list.reduce((all, [name, value]) => all.set(name, value), new Params()));

const uri = fc
  .record({
    scheme: fc.constantFrom('sip', 'sips'),
    user: fc.option(user, { nil: undefined }),
    password: fc.option(user, { nil: undefined }),
    host,
    port,
    params,
  })
  .map(({ scheme, user: name, password, host: at, port: number, params: extra }) =>
    Uri.of({
      scheme,
      host: at,
      params: extra,
      ...(name === undefined ? {} : { user: name }),
      ...(name === undefined || password === undefined ? {} : { password }),
      ...(number === undefined ? {} : { port: number }),
    }),
  );

// No control characters: a header line cannot carry line breaks, and blanks at its ends are not its own.
const text = fc.string({ maxLength: 40, unit: 'grapheme' }).map((value) =>
  [...value]
    .filter((character) => character >= ' ')
    .join('')
    .trim(),
);

describe('what is written is read back the same', () => {
  it('URIs', () => {
    fc.assert(
      fc.property(uri, (made) => {
        const read = Uri.parse(made.toString());
        expect(read.toString()).toBe(made.toString());
        expect([read.user, read.password, read.host, read.port]).toEqual([
          made.user,
          made.password,
          made.host,
          made.port,
        ]);
        expect(read.equals(made)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('parameters', () => {
    fc.assert(
      fc.property(params, (made) => {
        const read = Params.parse(made.toString());
        expect([...read]).toEqual([...made]);
      }),
      { numRuns: RUNS },
    );
  });

  it('quoted strings', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(unquote(quote(value))).toBe(value);
      }),
      { numRuns: RUNS },
    );
  });

  it('names with addresses, alone and in a list', () => {
    const address = fc.record({ uri, params, name: fc.option(text, { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 4 }), (list) => {
        const made = list.map((each) => new NameAddr(each.uri, each.params, each.name));
        const read = splitList(made.map(String).join(', ')).map((each) => NameAddr.parse(each));
        expect(read.map(String)).toEqual(made.map(String));
        for (const [index, each] of read.entries())
          expect(each.displayName ?? '').toBe(list[index]?.name ?? '');
      }),
      { numRuns: RUNS },
    );
  });

  it('tags, whatever stands before them', () => {
    fc.assert(
      fc.property(uri, text, token, (address, name, tag) => {
        expect(tagOf(`${quote(name)} <${address.toString()}>;x=1;tag=${tag};y`)).toBe(tag);
        expect(tagOf(`${quote(name)} <${address.toString()}>;x=1`)).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  it('Via', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('UDP', 'TCP', 'TLS', 'WSS'),
        host,
        port,
        params,
        (protocol, at, number, extra) => {
          const made = new Via(protocol, at, number, extra);
          const read = Via.parse(made.toString());
          expect(read.toString()).toBe(made.toString());
          expect(read.sentBy).toBe(made.sentBy);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('requests and the responses to them', () => {
    const headers = fc.array(
      fc.tuple(
        token.filter((name) => name.length > 2).map((name) => `X-${name}`),
        text,
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(uri, uri, headers, fc.uint8Array({ maxLength: 200 }), (target, from, extra, body) => {
        const made = newRequest({
          method: 'INVITE',
          uri: target.toString(),
          from: `<${from.toString()}>`,
          headers: extra,
          body: Buffer.from(body),
          contentType: 'application/octet-stream',
        });
        made.prepend('Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1');
        const read = parseMessage(made.toBuffer());
        if (!(read instanceof SipRequest)) throw new Error('no request');
        validateRequest(read);
        expect(read.requestUri.equals(target)).toBe(true);
        expect(read.from.uri.equals(from)).toBe(true);
        expect(read.body.equals(made.body)).toBe(true);
        for (const [name, value] of extra) expect(read.getAll(name)).toContain(value);
        const answer = parseMessage(respond(read, 200).toBuffer());
        if (!(answer instanceof SipResponse)) throw new Error('no response');
        validateResponse(answer);
        expect([answer.callId, answer.fromTag, answer.via.branch]).toEqual([
          read.callId,
          read.fromTag,
          'z9hG4bK1',
        ]);
      }),
      { numRuns: RUNS },
    );
  });
});

/** Touches every typed view of a message, as a server would; only SipParseError may come of it. */
function useAll(bytes: Buffer): void {
  const attempt = (work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error;
    }
  };
  attempt(() => new StreamFramer().push(bytes));
  let message: SipRequest | SipResponse | undefined;
  attempt(() => {
    const parsed = parseMessage(bytes);
    if (parsed instanceof SipRequest || parsed instanceof SipResponse) message = parsed;
  });
  const parsed = message;
  if (parsed === undefined) return;
  if (parsed instanceof SipRequest) {
    attempt(() => validateRequest(parsed));
    attempt(() => parsed.requestUri.toString());
    attempt(() => respond(parsed, 200).toBuffer());
  } else attempt(() => validateResponse(parsed));
  attempt(() => parsed.via.toString());
  attempt(() => parsed.from.toString());
  attempt(() => parsed.to.toString());
  attempt(() => parsed.contacts.toString());
  for (const name of ['Route', 'Record-Route', 'Require', 'Supported']) attempt(() => parsed.list(name));
  attempt(() => parsed.contactUri?.headerList());
  for (const name of ['Authorization', 'Proxy-Authorization']) {
    for (const value of parsed.getAll(name)) attempt(() => parseCredentials(value));
  }
  for (const value of parsed.getAll('WWW-Authenticate')) attempt(() => parseChallenge(value));
  attempt(() => parsed.toBuffer());
}

const AUTHORIZED = newRequest({
  method: 'REGISTER',
  uri: 'sip:example.com',
  from: '"A, \\"B\\"" <sip:alice@example.com>',
  contact: '<sip:alice@[2001:db8::1]:5070;transport=tcp>;q=0.5;expires=60, "x" <sip:b@c>',
  headers: [
    [
      'Authorization',
      'Digest username="alice", realm="r", nonce="n", uri="sip:x", response="ab", qop=auth, nc=00000001',
    ],
    ['Route', '<sip:p1.example.com;lr>, <sip:p2.example.com;lr>'],
  ],
});
AUTHORIZED.prepend('Via', 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;rport');

describe('hostile bytes', () => {
  it('in 10 000 mutations of valid messages never do more than raise SipParseError', () => {
    const seeds = [AUTHORIZED.toBuffer(), ...tortureCases.map((each) => Buffer.from(each.message))];
    // A small generator of its own, so that a failing run can be repeated.
    let state = 0x2545_f491;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 0x1_0000_0000) * below);
    };
    const alphabet = Buffer.from('\r\n \t;,:<>"\\=@[]?%*/()\0\x7f\xff09azSIP', 'latin1');
    const started = performance.now();
    let slowest = 0;
    for (let run = 0; run < 10_000; run++) {
      let bytes = Buffer.from(seeds[next(seeds.length)] ?? '');
      for (let changes = 1 + next(4); changes > 0; changes--) {
        const at = next(bytes.length);
        const until = Math.min(bytes.length, at + next(30));
        switch (next(5)) {
          case 0:
            if (bytes.length > 0) bytes[at] = alphabet[next(alphabet.length)] ?? 0;
            break;
          case 1:
            bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(until)]);
            break;
          case 2:
            bytes = Buffer.concat([bytes.subarray(0, until), bytes.subarray(at)]);
            break;
          case 3:
            bytes = Buffer.concat([
              bytes.subarray(0, at),
              Buffer.alloc(1 + next(200), alphabet[next(alphabet.length)]),
              bytes.subarray(at),
            ]);
            break;
          default:
            bytes = bytes.subarray(0, at);
        }
      }
      const before = performance.now();
      useAll(bytes);
      slowest = Math.max(slowest, performance.now() - before);
    }
    expect(slowest).toBeLessThan(250);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('of any kind are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => useAll(Buffer.from(bytes))),
      { numRuns: RUNS },
    );
  });

  it('as large as a message may be take time in proportion', () => {
    const head = 'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n';
    const fill = (piece: string, size: number) => piece.repeat(Math.floor(size / piece.length));
    const rest = MAX_MESSAGE_BYTES - head.length - 100;
    const shapes = [
      fill('X: y\r\n', rest),
      `Subject: ${fill(' \t', rest)}`,
      `Contact: ${fill('<', rest)}`,
      `Contact: ${fill('"', rest)}`,
      `Contact: ${fill('\\"', rest)}`,
      `Contact: ${fill('<sip:a@b>,', 8_000)}`,
      `Contact: <sip:a@b>${fill(';a=b', 8_000)}`,
      `Via: ${fill('SIP/2.0/UDP a;', 8_000)}`,
      `From: ${fill(';tag ', 8_000)}`,
      `Authorization: Digest ${fill('a="b",', 8_000)}`,
      `Subject: a${fill('\r\n b', rest)}`,
      fill('\r\n', rest),
      fill(':', rest),
    ];
    for (const shape of shapes) {
      const before = performance.now();
      useAll(Buffer.from(`${head}${shape}\r\n\r\n`));
      expect(performance.now() - before).toBeLessThan(250);
    }
  });

  it('beyond the limits are refused with 513', () => {
    const head = 'OPTIONS sip:a@b SIP/2.0\r\n';
    for (const text of [
      `${head}${'X: y\r\n'.repeat(300)}\r\n`,
      `${head}X: ${'y'.repeat(9_000)}\r\n\r\n`,
      `${head}\r\n${'y'.repeat(66_000)}`,
    ]) {
      expect(() => parseMessage(Buffer.from(text))).toThrow(expect.objectContaining({ status: 513 }));
    }
  });

  it('in a challenge never break the client', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (value) => {
        const refusal = respond(AUTHORIZED, 401);
        refusal.append('WWW-Authenticate', `Digest ${value}`);
        answerChallenge(AUTHORIZED, refusal, [{ username: 'a', secret: { password: 'b' } }]);
      }),
      { numRuns: RUNS },
    );
  });
});
