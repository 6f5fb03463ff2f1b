import { afterEach, describe, expect, it } from 'vitest';
import { AgentBench } from '../agent/test-bench.ts';
import { SipParseError } from './error.ts';
import { type SipMessage, SipRequest } from './message.ts';
import { NameAddr } from './name-addr.ts';
import { parseMessage } from './parse.ts';
import { type TortureCase, tortureCases } from './torture-messages.ts';
import { Uri } from './uri.ts';
import { validateResponse } from './validate.ts';

let bench: AgentBench;
afterEach(() => bench.close());

/** What an agent of its own does with the message. */
function outcome(message: string | Buffer): TortureCase['expect'] {
  bench = new AgentBench();
  const phone = bench.phone();
  const stranger = bench.phone(5060);
  phone.send(message);
  if (bench.invites.length + bench.requests.length > 0) return 'handed over';
  return [...phone.statuses, ...stranger.statuses][0] ?? 'dropped';
}

const bytes = (section: string) => Buffer.from(found(section).message);

function found(section: string): TortureCase {
  const one = tortureCases.find((each) => each.section === section);
  if (one === undefined) throw new Error(`no case ${section}`);
  return one;
}

function request(section: string): SipRequest {
  const message = parseMessage(bytes(section));
  if (!(message instanceof SipRequest)) throw new Error('no request');
  return message;
}

/** Fails unless `work` throws SipParseError. */
function refused(work: () => unknown): void {
  expect(work).toThrow(SipParseError);
}

/** What shows that a message was understood, or misunderstood in the right place. */
const checks: Record<string, () => void> = {
  '3.1.1.1': () => {
    const m = request('3.1.1.1');
    expect(m.requestUri.params.has('oddparam')).toBe(true);
    expect(m.from.displayName).toBe('D \\" Ave');
    expect(m.fromTag).toBe('d1');
    expect(m.cseq).toEqual({ number: 12, method: 'INVITE' });
    expect(m.number('Max-Forwards')).toBe(68);
    expect(m.list('Via')).toHaveLength(3);
    expect(m.via.sentBy).toBe('192.0.2.9:5070');
    expect(m.get('Subject')).toBe('');
    expect(m.get('OddHeader')).toBe('odd value goes on');
    expect(m.get('headerofunknownform')).toBe(';;,,;;,;');
    expect(m.list('Route')).toEqual(['<sip:proxy.example.com;lr;odd=with;odder>']);
    const [contact] = m.list('Contact').map((value) => NameAddr.parse(value));
    expect(contact?.displayName).toBe('Quoted ""');
    expect(contact?.params.get('newparam')).toBe('newvalue');
    expect(contact?.params.get('secondparam')).toBe('');
    expect(contact?.params.get('q')).toBe('0.33');
  },
  '3.1.1.2': () => {
    const m = request('3.1.1.2');
    expect(m.method).toBe("!odd1METHOD.*+`%_~'-Z");
    expect(m.requestUri.host).toBe('example.com');
    expect(m.requestUri.user).toBe("1_u.n-r!e~s*e'r(v)e&d=+$,;?/ ");
    expect(m.requestUri.password).toBe('&=+$,p w');
    expect(m.to.displayName).toBe('BEL:\x07 NUL:\x01 DEL:\x7f');
    expect(m.fromTag).toBe("_t'ag~1-2.3%4+`*!");
    expect(m.get("EXTENSIONHEADER-!.%*+_`'~")).toBe('안녕 大');
  },
  '3.1.1.3': () => {
    const m = request('3.1.1.3');
    expect(m.requestUri.user).toBe('sips:erin@example.com');
    expect(m.requestUri.host).toBe('example.net');
    expect(m.to.uri.user).toBe('erin');
    expect(m.to.uri.equals(Uri.parse('sip:erin@example.com'))).toBe(true);
    expect(m.from.uri.user).toBe('my name');
    expect(m.contactUri?.user).toBe('caller');
    // An escaped "lr" is another parameter than lr.
    expect(m.contactUri?.looseRouting).toBe(false);
  },
  '3.1.1.4': () => {
    const m = request('3.1.1.4');
    expect(m.to.uri.user).toBe('null-\0-null');
    const contacts = m.contacts;
    expect(contacts === '*' ? [] : contacts.map((each) => each.uri.user)).toEqual(['\0', '\0\0']);
  },
  '3.1.1.5': () => {
    const m = request('3.1.1.5');
    expect(m.method).toBe('RE%47IST%45R');
    expect(m.to.displayName).toBe('%Z%45');
    expect(m.list('Contact')).toHaveLength(2);
    expect(m.get('C%6Fntact')).toBe('<sip:two@192.0.2.9>');
  },
  '3.1.1.6': () => expect(request('3.1.1.6').from.displayName).toBe('dave'),
  '3.1.1.7': () => {
    const m = request('3.1.1.7');
    expect(m.from.uri.user).toHaveLength(320);
    expect(m.to.displayName).toHaveLength(19 * 60);
  },
  '3.1.1.8': () => {
    const m = request('3.1.1.8');
    expect(m.method).toBe('REGISTER');
    expect(m.body).toHaveLength(0);
  },
  '3.1.1.9': () => {
    const m = request('3.1.1.9');
    expect(m.requestUri.user).toBe('erin;par=u@example.net');
    expect(m.requestUri.params.size).toBe(0);
  },
  '3.1.1.10': () => expect(request('3.1.1.10').getAll('Via')).toHaveLength(5),
  '3.1.1.11': () => {
    const m = request('3.1.1.11');
    expect(m.mediaType).toBe('multipart/mixed');
    expect(m.body).toHaveLength(m.number('Content-Length'));
    expect(m.body.includes(Buffer.from([0x0d, 0x0a, 0xff, 0xfe]))).toBe(true);
  },
  '3.1.1.12': () => {
    const m = parseMessage(bytes('3.1.1.12'));
    validateResponse(m as never);
    expect(m.startLine).toContain('= 2**3 * 5**2');
  },
  '3.1.1.13': () => expect(parseMessage(bytes('3.1.1.13'))).toMatchObject({ status: 100, reason: '' }),
  '3.1.2.1': () => refused(() => request('3.1.2.1').via),
  '3.1.2.5': () => refused(() => validateResponse(parseMessage(bytes('3.1.2.5')) as never)),
  '3.1.2.11': () => expect(request('3.1.2.11').has('Route')).toBe(false),
  '3.1.2.13': () => refused(() => request('3.1.2.13').contacts),
  '3.1.2.15': () => expect(request('3.1.2.15').from.displayName).toBe('Dave (the caller)'),
  '3.1.2.19': () => refused(() => parseMessage(bytes('3.1.2.19'))),
  '3.3.4': () => expect(request('3.3.4').to.uri).toMatchObject({ scheme: 'isbn', opaque: '2983792873' }),
  '3.3.12': () => {
    const [contact] = contactsOf(request('3.3.12'));
    expect(contact?.params.has('unknownparam')).toBe(true);
    expect(contact?.uri.params.size).toBe(0);
  },
  '3.3.13': () => {
    const [contact] = contactsOf(request('3.3.13'));
    expect(contact?.params.size).toBe(0);
    expect(contact?.uri.params.has('unknownparam')).toBe(true);
  },
  '3.3.14': () => {
    const [contact] = contactsOf(request('3.3.14'));
    expect(contact?.uri.headerList()).toEqual([['Route', '<sip:sip.example.com>']]);
  },
  '3.4.1': () => expect(request('3.4.1').body.length).toBeGreaterThan(50),
};

function contactsOf(message: SipMessage): NameAddr[] {
  const { contacts } = message;
  return contacts === '*' ? [] : contacts;
}

describe('RFC 4475', () => {
  for (const { section, title, message, expect: expected } of tortureCases) {
    it(`§${section} ${title}`, () => {
      expect(outcome(message)).toBe(expected);
      checks[section]?.();
    });
  }

  it('is covered whole', () => {
    bench = new AgentBench();
    expect(tortureCases).toHaveLength(49);
    expect(new Set(tortureCases.map((each) => each.section)).size).toBe(49);
  });
});
