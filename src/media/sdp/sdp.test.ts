import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SdpError } from './description.ts';
import { acceptAnswer, type LocalMedia, makeAnswer, makeOffer } from './negotiate.ts';
import { MAX_SDP_ATTRIBUTES, MAX_SDP_LENGTH, MAX_SDP_MEDIA, parseSdp } from './parse.ts';
import { serializeSdp } from './serialize.ts';

const local: LocalMedia = {
  address: '192.0.2.1',
  port: 10_000,
  codecs: ['ulaw', 'alaw'],
  sessionId: '1',
  sessionVersion: '1',
};
const head = 'v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n';
const answerTo = (lines: string, more: Partial<LocalMedia> = {}) =>
  makeAnswer(parseSdp(head + lines.replaceAll('\n', '\r\n')), { ...local, ...more });

function expectAnswer(result: ReturnType<typeof makeAnswer>) {
  if (result.kind !== 'answer') throw new Error(result.reason);
  return { ...result, text: serializeSdp(result.answer) };
}

describe('the SDP parser', () => {
  it('reads addresses, several media and their attributes', () => {
    const text = `v=0\no=bob 2890844526 99999999999999999999 IN IP6 2001:db8::1\ns= \ni=info\nc=IN IP6 2001:db8::2\nb=AS:64\nt=0 0\na=tool:x:y\nm=audio 5004/2 RTP/AVP 0 8\nc=IN IP4 192.0.2.9/127\na=sendonly\na=rtpmap:0 PCMU/8000\nm=video 0 RTP/AVP 31`;
    const description = parseSdp(text);
    expect(description.origin).toEqual({
      username: 'bob',
      sessionId: '2890844526',
      sessionVersion: '99999999999999999999',
      family: 'IP6',
      address: '2001:db8::1',
    });
    expect(description.connection).toEqual({ family: 'IP6', address: '2001:db8::2' });
    expect(description.attributes).toEqual([{ name: 'tool', value: 'x:y' }]);
    expect(description.media.map((m) => [m.type, m.port, m.formats])).toEqual([
      ['audio', 5004, ['0', '8']],
      ['video', 0, ['31']],
    ]);
    expect(description.media[0]?.connection?.address).toBe('192.0.2.9');
    expect(description.media[0]?.attributes).toEqual([
      { name: 'sendonly' },
      { name: 'rtpmap', value: '0 PCMU/8000' },
    ]);
  });

  it('tolerates what phones leave out or add', () => {
    expect(parseSdp('v=0\no=- 1 1 IN IP4 h\nx=unknown\n\nm=audio 4 RTP/AVP 0  \n').times).toEqual(['0 0']);
  });

  const tortures: [string, string, SdpError['code']][] = [
    ['nothing', '', 'missing'],
    ['no version', 'o=- 1 1 IN IP4 h', 'missing'],
    ['no origin', 'v=0\ns=-', 'missing'],
    ['version 1', 'v=1', 'bad-value'],
    ['no equals sign', 'v=0\nhello', 'bad-line'],
    ['short origin', 'v=0\no=- 1 1 IN IP4', 'bad-line'],
    ['another network', 'v=0\no=- 1 1 ATM IP4 h', 'bad-value'],
    ['another address type', 'v=0\no=- 1 1 IN IP7 h', 'bad-value'],
    ['an address with a control character', 'v=0\no=- 1 1 IN IP4 h\x01', 'bad-value'],
    ['an endless address', `v=0\no=- 1 1 IN IP4 ${'h'.repeat(300)}`, 'bad-value'],
    ['a port beyond 16 bits', 'v=0\no=- 1 1 IN IP4 h\nm=audio 65536 RTP/AVP 0', 'bad-value'],
    ['a negative port', 'v=0\no=- 1 1 IN IP4 h\nm=audio -1 RTP/AVP 0', 'bad-value'],
    ['a port in exponents', 'v=0\no=- 1 1 IN IP4 h\nm=audio 1e3 RTP/AVP 0', 'bad-value'],
    ['media without protocol', 'v=0\no=- 1 1 IN IP4 h\nm=audio 4', 'bad-line'],
    ['an endless line', `v=0\ns=${'x'.repeat(5000)}`, 'too-long'],
    ['an endless text', 'a=x\n'.repeat(MAX_SDP_LENGTH / 4 + 1), 'too-long'],
    ['too many attributes', `v=0\n${'a=x\n'.repeat(MAX_SDP_ATTRIBUTES + 1)}`, 'too-many'],
    ['too many media', `v=0\n${'m=audio 1 RTP/AVP 0\n'.repeat(MAX_SDP_MEDIA + 1)}`, 'too-many'],
    ['too many formats', `v=0\nm=audio 1 RTP/AVP${' 0'.repeat(129)}`, 'too-many'],
  ];
  it.each(tortures)('refuses %s', (_name, text, code) => {
    let error: unknown;
    try {
      parseSdp(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SdpError);
    expect((error as SdpError).code).toBe(code);
  });

  it('throws nothing but SdpError, whatever the text', () => {
    const base = serializeSdp(makeOffer(local));
    fc.assert(
      fc.property(
        fc.nat(base.length),
        fc.nat(20),
        fc.string({ unit: 'binary', maxLength: 20 }),
        (at, cut, insert) => {
          try {
            const description = parseSdp(base.slice(0, at) + insert + base.slice(at + cut));
            makeAnswer(description, local);
            parseSdp(serializeSdp(description));
          } catch (error) {
            expect(error).toBeInstanceOf(SdpError);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('the SDP serializer', () => {
  const token = fc.stringMatching(/^[A-Za-z0-9.+-]{1,12}$/);
  const attributes = fc.array(
    fc
      .record({ name: token, value: fc.option(token, { nil: undefined }) })
      .map(({ name, value }) => (value === undefined ? { name } : { name, value })),
    { maxLength: 6 },
  );
  const connection = fc.option(
    fc.oneof(
      fc.ipV4().map((address) => ({ family: 'IP4' as const, address })),
      fc.ipV6().map((address) => ({ family: 'IP6' as const, address })),
    ),
    { nil: undefined },
  );

  it('writes what the parser reads back the same', () => {
    fc.assert(
      fc.property(
        fc.record({
          origin: fc.record({
            username: token,
            sessionId: token,
            sessionVersion: token,
            family: fc.constantFrom('IP4', 'IP6'),
            address: token,
          }),
          name: token,
          connection,
          bandwidth: fc.array(token, { maxLength: 3 }),
          times: fc.array(token, { minLength: 1, maxLength: 3 }),
          attributes,
          media: fc.array(
            fc.record({
              type: token,
              port: fc.nat(65_535),
              protocol: token,
              formats: fc.array(token, { maxLength: 5 }),
              connection,
              bandwidth: fc.array(token, { maxLength: 2 }),
              attributes,
            }),
            { maxLength: 4 },
          ),
        }),
        (description) => {
          expect(parseSdp(serializeSdp(description))).toEqual(description);
        },
      ),
    );
  });

  it('lets no configured value forge a line', () => {
    const text = serializeSdp(makeOffer({ ...local, sessionName: 'x\r\na=evil', owner: 'a b\r\nc' }));
    expect(text).not.toContain('\r\na=evil');
    expect(text.split('\r\n')[1]).toBe('o=abc 1 1 IN IP4 192.0.2.1');
  });
});

describe('an offer', () => {
  it('lists what can be carried, with telephone-event', () => {
    expect(
      serializeSdp(makeOffer({ ...local, codecs: ['opus', 'ulaw', 'alaw', 'ulaw'] })).split('\r\n'),
    ).toEqual([
      'v=0',
      'o=- 1 1 IN IP4 192.0.2.1',
      's=Asterisk',
      'c=IN IP4 192.0.2.1',
      't=0 0',
      'm=audio 10000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-16',
      'a=ptime:20',
      'a=maxptime:140',
      'a=sendrecv',
      '',
    ]);
    expect(() => makeOffer({ ...local, codecs: ['opus'] })).toThrow(RangeError);
  });

  it('is agreed on with its own answer, for every list of codecs', () => {
    const codecs = fc.shuffledSubarray(['ulaw', 'alaw', 'slin', 'slin16'], { minLength: 1 });
    const direction = fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive');
    fc.assert(
      fc.property(codecs, codecs, direction, fc.boolean(), (ours, theirs, way, dtmf) => {
        const offer = makeOffer({ ...local, codecs: ours, direction: way, dtmf });
        const result = makeAnswer(parseSdp(serializeSdp(offer)), {
          ...local,
          address: '::1',
          port: 4000,
          codecs: theirs,
        });
        const both = ours.filter((each) => theirs.includes(each));
        expect(result.kind).toBe(both.length === 0 ? 'not-acceptable' : 'answer');
        if (result.kind !== 'answer') return;
        const accepted = acceptAnswer(offer, parseSdp(serializeSdp(result.answer)));
        if (accepted.kind !== 'accepted') throw new Error(accepted.reason);
        expect(accepted.negotiated.payloads).toEqual(result.negotiated.payloads);
        expect(accepted.negotiated.payloads.map((each) => each.format)).toEqual(both);
        expect(accepted.negotiated.direction).toBe(way);
        expect(accepted.negotiated.remote).toEqual({ address: '::1', port: 4000 });
        expect(accepted.negotiated.dtmfPayload).toBe(dtmf ? 101 : undefined);
        expect(result.negotiated.dtmfPayload).toBe(accepted.negotiated.dtmfPayload);
      }),
    );
  });
});

describe('an answer', () => {
  it('follows the offer in order and in payload types', () => {
    const { text, negotiated } = expectAnswer(
      answerTo(
        'm=audio 4000 RTP/AVP 18 98 0 96\na=rtpmap:98 pcma/8000/1\na=rtpmap:96 telephone-event/8000\na=ptime:30',
      ),
    );
    expect(negotiated.payloads).toEqual([
      { pt: 98, format: 'alaw' },
      { pt: 0, format: 'ulaw' },
    ]);
    expect(negotiated).toMatchObject({
      dtmfPayload: 96,
      ptime: 20,
      direction: 'sendrecv',
      rtcpPort: 4001,
      remote: { address: '198.51.100.7', port: 4000 },
    });
    expect(text).toContain('m=audio 10000 RTP/AVP 98 0 96\r\na=rtpmap:98 PCMA/8000\r\n');
    expect(text).toContain('a=fmtp:96 0-16\r\na=ptime:20\r\n');
  });

  it('follows our own order when told to, and can hold just one codec', () => {
    const lines = 'm=audio 4000 RTP/AVP 0 8';
    const { negotiated } = expectAnswer(answerTo(lines, { prefer: 'local', codecs: ['alaw', 'ulaw'] }));
    expect(negotiated.payloads.map((each) => each.pt)).toEqual([8, 0]);
    const { text } = expectAnswer(answerTo(lines, { firstCodecOnly: true }));
    expect(text).toContain('m=audio 10000 RTP/AVP 0\r\n');
  });

  it('is of one profile, and takes no other', () => {
    const plain = 'm=audio 4000 RTP/AVP 0';
    const feedback = 'm=audio 4000 RTP/AVPF 0';
    expect(answerTo(feedback)).toMatchObject({ reason: 'the offer has no audio stream over RTP/AVP' });
    expect(answerTo(plain, { profile: 'RTP/AVPF' })).toMatchObject({
      reason: 'the offer has no audio stream over RTP/AVPF',
    });
    const { text } = expectAnswer(answerTo(feedback, { profile: 'RTP/AVPF' }));
    expect(text).toContain('m=audio 10000 RTP/AVPF 0');
    const offer = makeOffer({ ...local, profile: 'RTP/AVPF' });
    const taken = (protocol: string) => {
      const answer = parseSdp(`${head}m=audio 4000 ${protocol} 0\r\n`);
      return acceptAnswer(offer, answer).kind;
    };
    expect([taken('RTP/AVPF'), taken('RTP/AVP')]).toEqual(['accepted', 'not-acceptable']);
  });

  it('refuses with a reason when nothing is in common', () => {
    expect(answerTo('m=audio 4000 RTP/AVP 18 107\na=rtpmap:107 opus/48000/2')).toEqual({
      kind: 'not-acceptable',
      reason: 'no common codec: offered G729/8000, opus/48000/2, allowed ulaw, alaw',
    });
    expect(answerTo('m=audio 0 RTP/AVP 0').kind).toBe('not-acceptable');
    expect(answerTo('m=audio 4000 RTP/SAVP 0').kind).toBe('not-acceptable');
    expect(answerTo('m=audio 4000 RTP/AVP 0\na=rtpmap:0 G726-32/8000').kind).toBe('not-acceptable');
    expect(answerTo('').kind).toBe('not-acceptable');
  });

  it('rejects every other stream in its place', () => {
    const { answer } = expectAnswer(
      answerTo(
        'm=video 6000 RTP/AVP 96\nm=audio 4000 RTP/SAVP 0\nm=audio 4002 RTP/AVP 0\nm=audio 4004 RTP/AVP 0\nm=image 5 udptl t38',
      ),
    );
    expect(answer.media.map((m) => `${m.type} ${m.port} ${m.protocol} ${m.formats.join(' ')}`)).toEqual([
      'video 0 RTP/AVP 96',
      'audio 0 RTP/SAVP 0',
      'audio 10000 RTP/AVP 0',
      'audio 0 RTP/AVP 0',
      'image 0 udptl t38',
    ]);
  });

  it.each([
    ['a=sendonly', 'recvonly', true],
    ['a=recvonly', 'sendonly', false],
    ['a=inactive', 'inactive', true],
    ['a=sendrecv', 'sendrecv', false],
    ['c=IN IP4 0.0.0.0', 'recvonly', true],
  ])('to %s is %s', (line, direction, held) => {
    const { text, negotiated } = expectAnswer(answerTo(`m=audio 4000 RTP/AVP 0\n${line}`));
    expect(negotiated).toMatchObject({ direction, heldByRemote: held });
    expect(text).toContain(`a=${direction}\r\n`);
  });

  it('reads rtcp, overlooks rtcp-mux, and takes the direction of the whole description', () => {
    const { negotiated, text } = expectAnswer(
      makeAnswer(
        parseSdp(
          `${head}a=sendonly\r\nm=audio 4000 RTP/AVP 0\r\na=rtcp:5001 IN IP4 203.0.113.5\r\na=rtcp-mux\r\n`,
        ),
        local,
      ),
    );
    expect(negotiated).toMatchObject({ rtcpPort: 5001, rtcpAddress: '203.0.113.5', direction: 'recvonly' });
    expect(text).not.toContain('rtcp-mux');
  });

  it('has packets of the length that the offer asks for when told to, within what can be sent', () => {
    const ptime = (value: string) => {
      const lines = `m=audio 4000 RTP/AVP 0\na=ptime:${value}`;
      expect(expectAnswer(answerTo(lines)).negotiated.ptime).toBe(20);
      const { text, negotiated } = expectAnswer(answerTo(lines, { followPtime: true }));
      expect(text).toContain(`a=ptime:${negotiated.ptime}\r\n`);
      return negotiated.ptime;
    };
    expect(['0', '5', '25', '60', '9999', 'x'].map(ptime)).toEqual([10, 10, 20, 60, 200, 20]);
  });
});
