import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SipResponse } from '../src/sip/index.ts';
import { type AriEvent, EventStream } from './support/events.ts';
import { Instance } from './support/instance.ts';
import { type CallOptions, Phone, type PhoneCall, type PhoneOptions } from './support/phone.ts';
import { phoneConf, TCP, UDP } from './support/pjsip-conf.ts';
import { FRAME, RtpEnd } from './support/rtp-end.ts';
import { until } from './support/until.ts';

const ULAW = 0;
const ALAW = 8;
const BEEP = readFileSync(fileURLToPath(new URL('../sounds/en/beep.ulaw', import.meta.url)));

const PJSIP = `${UDP}${TCP}
${phoneConf('alice', {
  endpoint: { allow: '!all,alaw,ulaw', callerid: 'Alice <100>' },
  aor: { max_contacts: '2', support_path: 'yes' },
})}
${phoneConf('bob', {
  password: 'hidden',
  endpoint: { rtp_symmetric: 'yes', force_rport: 'yes', rewrite_contact: 'yes' },
  auth: { supported_algorithms_uas: 'SHA-256' },
  aor: { remove_existing: 'yes' },
})}
[trunk]
type=endpoint
context=trunks
allow=!all,ulaw

[trunk]
type=identify
endpoint=trunk
match=127.0.0.3
`;

const EXTENSIONS = `[default]
exten => echo,1,Answer()
 same => n,Echo()
exten => beep,1,Answer()
 same => n,Playback(beep)
 same => n,Hangup()
exten => app,1,Stasis(desk)
 same => n,Hangup()
exten => ring,1,Ringing()
 same => n,Wait(30)
exten => busy,1,Hangup(17)
exten => occupied,1,Busy(1)
exten => crowded,1,Congestion(1)
[outside]
exten => front,1,Answer()
 same => n,Wait(30)
[trunks]
exten => front,1,Answer()
 same => n,Stasis(desk)
`;

let server: Instance;
const phones: Phone[] = [];
const streams: EventStream[] = [];

beforeAll(async () => {
  server = await Instance.create({
    'pjsip.conf': PJSIP,
    'extensions.conf': EXTENSIONS,
    'sorcery.conf':
      '[res_pjsip]\ncontact=memory\naor=config,pjsip.conf,criteria=type=aor\naor=memory\nendpoint=config,pjsip.conf,criteria=type=endpoint\nendpoint=memory\n',
    'rtp.conf': '[general]\nrtpstart=21000\nrtpend=21998\nrtcpinterval=500\n',
  });
  await server.start();
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  for (const phone of phones) phone.hangUp();
  await until(async () => (await channels()).length === 0);
  for (const phone of phones.splice(0)) await phone.close();
});
afterAll(() => server.close());

async function open(options: Partial<PhoneOptions> = {}): Promise<Phone> {
  const phone = await Phone.open({ server: server.sipPort, user: 'alice', password: 'secret', ...options });
  phones.push(phone);
  return phone;
}

/** Calls and waits until it is answered. */
async function call(phone: Phone, exten: string, options: CallOptions = {}): Promise<PhoneCall> {
  const call = await phone.call(exten, options);
  await call.answered;
  return call;
}

async function listen(): Promise<EventStream> {
  const stream = await EventStream.open(server, 'app=desk');
  streams.push(stream);
  return stream;
}

/** Calls the application, which answers. */
async function talk(phone: Phone, events: EventStream): Promise<{ call: PhoneCall; start: AriEvent }> {
  const call = await phone.call('app');
  const start = await events.next('StasisStart');
  expect((await server.ari('POST', `/channels/${start.channel.id}/answer`)).status).toBe(204);
  await call.answered;
  return { call, start };
}

const channels = async () => (await server.ari('GET', '/channels')).body as { id: string; state: string }[];
const endpointOf = async (id: string) => (await server.ari('GET', `/endpoints/PJSIP/${id}`)).body;
/** URIs of the Contact headers of an answer, without their parameters. */
const contactsOf = (response: SipResponse) =>
  response.getAll('Contact').map((each) => each.slice(each.indexOf('<') + 1, each.indexOf('>')));

/** Audio in which every stretch can be told from every other. */
function speech(frames: number): Buffer {
  const audio = Buffer.alloc(frames * FRAME);
  let state = 12345;
  for (let at = 0; at < audio.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    // Both zeros of the µ-law are one value; the test uses neither.
    audio[at] = ((state >>> 16) % 120) + 1;
  }
  return audio;
}

describe.each(['udp', 'tcp'] as const)('a phone that registers over %s', (protocol) => {
  it('is challenged, answers with its password, and is online until it says goodbye', async () => {
    const phone = await open({ protocol });
    const challenged: number[] = [];
    phone.onPacket = (direction, bytes) => {
      if (direction === 'in') challenged.push(Number(bytes.toString('latin1', 8, 11)));
    };
    const response = await phone.register();
    expect(challenged).toEqual([401, 200]);
    expect(response.status).toBe(200);
    expect(contactsOf(response)).toEqual([phone.contact]);
    expect(await endpointOf('alice')).toMatchObject({ state: 'online' });
    expect((await server.cli('pjsip show contacts')).join('\n')).toContain(`alice/${phone.contact}`);
    expect((await phone.register(0)).status).toBe(200);
    expect(await endpointOf('alice')).toMatchObject({ state: 'offline' });
  });

  it('is refused with a wrong password', async () => {
    const phone = await open({ protocol, password: 'guess' });
    expect((await phone.register()).status).toBe(401);
    expect(await endpointOf('alice')).toMatchObject({ state: 'offline' });
  });

  it('calls, and is hung up by BYE over the same way', async () => {
    const phone = await open({ protocol });
    const events = await listen();
    const { call, start } = await talk(phone, events);
    expect((await server.ari('DELETE', `/channels/${start.channel.id}`)).status).toBe(204);
    expect((await call.ended).kind).toBe('bye');
    await events.next('StasisEnd');
  });
});

describe('registrations', () => {
  it('by SHA-256 where the auth asks for it, and written with where the packet came from', async () => {
    const phone = await open({ user: 'bob', password: 'hidden', claims: { host: '10.9.8.7', port: 5071 } });
    const response = await phone.register();
    expect(contactsOf(response)).toEqual([`sip:bob@127.0.0.1:${phone.port}`]);
    await phone.register(0);
  });

  it('take the place of the oldest with remove_existing, are refused above max_contacts without', async () => {
    const old = await open({ user: 'bob', password: 'hidden' });
    const young = await open({ user: 'bob', password: 'hidden' });
    await old.register();
    expect(contactsOf(await young.register())).toEqual([young.contact]);
    await young.register(0);

    const alice = await open();
    const desk = ['<sip:alice@127.0.0.1:7001>', '<sip:alice@127.0.0.1:7002>'];
    expect(contactsOf(await alice.register(120, desk)).sort()).toEqual([
      'sip:alice@127.0.0.1:7001',
      'sip:alice@127.0.0.1:7002',
    ]);
    expect((await alice.register(120, ['<sip:alice@127.0.0.1:7003>'])).status).toBe(403);
    const left = await alice.register(0, ['*']);
    expect([left.status, contactsOf(left)]).toEqual([200, []]);
    expect((await alice.register(120, ['*'])).status).toBe(400);
  });

  it('ask with no contact, and keep the Path', async () => {
    const phone = await open();
    await phone.register(
      300,
      [`<${phone.contact}>`],
      [
        ['Path', '<sip:edge.example.com;lr>'],
        ['Supported', 'path'],
      ],
    );
    const asked = await phone.register(0, []);
    expect(contactsOf(asked)).toEqual([phone.contact]);
    expect(asked.getAll('Contact')[0]).toMatch(/;expires=(300|299)$/);
    const listed = (await server.cli('pjsip show contacts')).join('\n');
    expect(listed).toContain(phone.contact);
    const required = await phone.register(
      300,
      [`<${phone.contact}>`],
      [
        ['Path', '<sip:edge.example.com;lr>'],
        ['Require', 'path'],
      ],
    );
    expect([required.status, required.get('Path'), required.get('Supported')]).toEqual([
      200,
      '<sip:edge.example.com;lr>',
      'path',
    ]);
    expect(Math.abs(Date.parse(required.get('Date') ?? '') - Date.now())).toBeLessThan(5_000);
    await phone.register(0);
  });
});

describe('a phone that is asked whether it is there', () => {
  it('is shown as available with its distance, and as gone once it does not answer', async () => {
    const memory = { allow: '!all,ulaw', aors: 'dora', context: 'default' };
    await server.push('aor', 'dora', { max_contacts: '1', qualify_frequency: '1', qualify_timeout: '0.5' });
    await server.push('endpoint', 'dora', memory);
    const phone = await open({ user: 'dora' });
    const events = await EventStream.open(server, 'app=watch');
    streams.push(events);
    await server.ari('POST', '/applications/watch/subscription?eventSource=endpoint:PJSIP/dora');
    expect((await phone.register()).status).toBe(200);
    const came = [await events.next('ContactStatusChange'), await events.next('ContactStatusChange')];
    expect(came.map((each) => each.contact_info)).toMatchObject([
      { contact_status: 'NonQualified' },
      { contact_status: 'Reachable', aor: 'dora', uri: phone.contact },
    ]);
    expect((await server.cli('pjsip show contacts')).join('\n')).toMatch(
      /dora\/\S+ +[0-9a-f]{10} Avail +\d+\.\d{3}/,
    );
    await phone.close();
    phones.splice(0);
    await events.next('EndpointStateChange');
    expect(await events.next('ContactStatusChange')).toMatchObject({
      endpoint: { state: 'offline' },
      contact_info: { contact_status: 'Unreachable' },
    });
    expect(await endpointOf('dora')).toMatchObject({ state: 'offline' });
  });
});

describe('who asks for what is not theirs', () => {
  it('hears the same 401 as an unknown user and with a wrong password', async () => {
    const shape = (response: SipResponse) =>
      response.names.map((name, at) => {
        const value = response.values[at] ?? '';
        const shown = name === 'WWW-Authenticate' ? value.replace(/(nonce|opaque)="[^"]*"/g, '$1') : '';
        return `${name}: ${shown}`;
      });
    const known = await open({ password: 'guess' });
    const unknown = await open({ user: 'mallory', password: 'guess' });
    const [one, two] = [await known.register(), await unknown.register()];
    expect([one.status, two.status]).toEqual([401, 401]);
    expect(shape(two)).toEqual(shape(one));
  });
});

describe('a call', () => {
  it('to Echo() brings back the same audio', async () => {
    const phone = await open({ user: 'bob', password: 'hidden' });
    const { rtp } = await call(phone, 'echo');
    const said = speech(40);
    await rtp.speak(ULAW, said);
    await until(() => rtp.audio(ULAW).length >= said.length - 2 * FRAME);
    const heard = rtp.audio(ULAW);
    expect(heard.length).toBeGreaterThanOrEqual(said.length - 2 * FRAME);
    // What was on its way before the plan reached Echo() is not sent back.
    expect(said.indexOf(heard)).toBeGreaterThanOrEqual(0);
    const [first, second] = rtp.received;
    expect(((second?.sequence ?? 0) - (first?.sequence ?? 0)) & 0xffff).toBe(1);
    expect((second?.timestamp ?? 0) - (first?.timestamp ?? 0)).toBe(FRAME);
    const shown = await server.cli('pjsip show channelstats like /bob-');
    const own = shown.filter((line) => / bob-[0-9a-f]{8} /.test(line));
    expect(own.at(-1)).toMatch(
      / \d\d:\d\d:\d\d ulaw +40 +0 +0 +\d\.\d{3} +[1-9]\d* +0 +0 +\d\.\d{3} +\d\.\d{3}$/,
    );
  });

  it('has its audio where its SIP is, and at no other address of the machine', async () => {
    const phone = await open();
    const { rtp } = await call(phone, 'echo');
    const port = rtp.remote?.port ?? 0;
    expect(port).toBeGreaterThan(0);
    const other = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      other.once('error', reject);
      other.bind({ address: '127.0.0.2', port, exclusive: true }, resolve);
    });
    other.close();
  });

  it('to Playback() hears the file, then is hung up', async () => {
    const phone = await open({ user: 'bob', password: 'hidden' });
    const { rtp, ended } = await call(phone, 'beep');
    expect((await ended).kind).toBe('bye');
    const heard = rtp.audio(ULAW);
    const at = heard.indexOf(BEEP.subarray(0, 2 * FRAME));
    expect(at).toBeGreaterThanOrEqual(0);
    // The last frame is filled up with silence.
    expect(heard.subarray(at, at + BEEP.length).equals(BEEP)).toBe(true);
    expect(rtp.received[0]?.marker).toBe(true);
    expect(new Set(rtp.received.map((each) => each.ssrc)).size).toBe(1);
  });

  it('tells the application each digit once', async () => {
    const events = await listen();
    const phone = await open({ user: 'bob', password: 'hidden' });
    const { call } = await talk(phone, events);
    for (const digit of '7*7#') await call.rtp.press(call.dtmf, digit, 120);
    await until(() => events.of('ChannelDtmfReceived').length >= 4);
    call.invite.hangup();
    await events.next('StasisEnd');
    const digits = events.of('ChannelDtmfReceived');
    expect(digits.map((each) => each.digit)).toEqual(['7', '*', '7', '#']);
    expect(digits.map((each) => each.duration_ms)).toEqual([120, 120, 120, 120]);
  });

  it('gets RTCP: reports of what the server sent and of what it heard', async () => {
    const phone = await open({ user: 'bob', password: 'hidden' });
    const { rtp } = await call(phone, 'echo');
    await rtp.speak(ULAW, speech(75));
    await until(() => rtp.reports.some((each) => each.kind === 'sender' && each.about === rtp.ssrc));
    const report = rtp.reports.find((each) => each.kind === 'sender' && each.about === rtp.ssrc);
    expect(report?.ssrc).toBe(rtp.received[0]?.ssrc);
    expect(report?.packets).toBeGreaterThan(0);
    expect(report?.highestSequence).toBeGreaterThanOrEqual(1000);

    const silent = await call(phone, 'echo');
    for (let frame = 0; frame < 60; frame++) {
      // Comfort noise is heard and not sent back: the server has nothing of its own to report.
      silent.rtp.send(13, Buffer.from([50]));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until(() => silent.rtp.reports.some((each) => each.kind === 'receiver'));
    expect(silent.rtp.reports.find((each) => each.kind === 'receiver')?.about).toBe(silent.rtp.ssrc);
  });

  it('sends media to where packets come from with rtp_symmetric, whatever the SDP named', async () => {
    const phone = await open({ user: 'bob', password: 'hidden' });
    const { rtp } = await call(phone, 'echo', { announcedPort: 9 });
    const said = speech(20);
    await rtp.speak(ULAW, said);
    await until(() => rtp.received.length > 0);
    expect(said.indexOf(rtp.audio(ULAW).subarray(0, FRAME))).toBeGreaterThanOrEqual(0);

    const alice = await open();
    const named = await call(alice, 'echo', { announcedPort: 9 });
    await named.rtp.speak(ALAW, said);
    expect(named.rtp.received).toEqual([]);
  });

  it('agrees on the codec that the endpoint lists first', async () => {
    const phone = await open();
    const both = await call(phone, 'echo', { codecs: ['ulaw', 'alaw'] });
    expect(both.formats[0]).toBe(String(ALAW));
    await both.rtp.speak(ALAW, speech(10));
    await until(() => both.rtp.received.length > 0);
    expect(both.rtp.received[0]?.payloadType).toBe(ALAW);
    expect((await call(phone, 'echo', { codecs: ['ulaw'] })).formats[0]).toBe(String(ULAW));
    const none = await phone.call('echo', { codecs: ['slin'] });
    await expect(none.answered).rejects.toThrow('488');
  });

  it('is answered as the options of its endpoint say, from the call after their push', async () => {
    const taker = (fields: Record<string, string>) =>
      server.push('endpoint', 'taker', { allow: '!all,alaw,ulaw', context: 'default', ...fields });
    const phone = await open({ user: 'taker' });
    const formats = async () =>
      (await call(phone, 'echo', { codecs: ['ulaw', 'alaw'] })).formats.filter((each) => each !== '101');
    await taker({});
    expect(await formats()).toEqual(['8', '0']);
    await taker({ incoming_call_offer_pref: 'remote_first' });
    expect(await formats()).toEqual(['0']);
    await taker({ preferred_codec_only: 'yes' });
    expect(await formats()).toEqual(['8']);
    await taker({ use_avpf: 'yes' });
    await expect((await phone.call('echo')).answered).rejects.toThrow('488');
    await taker({ use_avpf: 'no' });
    const unreadable = { body: 'v=0\r\nnonsense\r\n', contentType: 'application/sdp' };
    expect((await phone.send(phone.request('INVITE', 'echo', unreadable))).status).toBe(400);
  });

  it('without an offer takes the answer from the ACK', async () => {
    const phone = await open({ user: 'bob', password: 'hidden' });
    const { rtp } = await call(phone, 'echo', { withoutOffer: true });
    const said = speech(20);
    await rtp.speak(ULAW, said);
    await until(() => rtp.received.length > 5);
    expect(said.indexOf(rtp.audio(ULAW).subarray(0, FRAME))).toBeGreaterThanOrEqual(0);
  });

  it('rings, and is gone after CANCEL', async () => {
    const phone = await open();
    const call = await phone.call('ring');
    await until(() => call.provisional.some((each) => each.status === 180));
    expect(await channels()).toMatchObject([{ state: 'Ring' }]);
    const got: number[] = [];
    phone.onPacket = (direction, bytes) => {
      if (direction === 'in') got.push(Number(bytes.toString('latin1', 8, 11)));
    };
    call.invite.hangup();
    await until(() => got.length >= 2);
    expect(got.sort()).toEqual([200, 487]);
    await until(async () => (await channels()).length === 0);
  });

  it('ends when the phone hangs up, and is refused as the plan says', async () => {
    const events = await listen();
    const phone = await open();
    const { call, start } = await talk(phone, events);
    call.invite.hangup();
    const request = await events.next('ChannelHangupRequest');
    expect(request.channel.id).toBe(start.channel.id);
    await events.next('StasisEnd');
    await until(async () => (await channels()).length === 0);
    await expect((await phone.call('busy')).answered).rejects.toThrow('486');
    const refusal = async (exten: string) => {
      const refused = await phone.call(exten);
      await refused.answered.catch(() => {});
      return [refused.refusal?.status, refused.refusal?.get('Reason')];
    };
    expect(await refusal('occupied')).toEqual([486, 'Q.850;cause=17']);
    expect(await refusal('crowded')).toEqual([503, 'Q.850;cause=34']);
    await expect((await phone.call('nobody')).answered).rejects.toThrow('404');
  });

  it('is held and taken back by re-INVITE', async () => {
    const events = await listen();
    const phone = await open({ user: 'bob', password: 'hidden' });
    const { call } = await talk(phone, events);
    expect((await call.offer('sendonly')).status).toBe(200);
    expect(call.direction).toBe('recvonly');
    expect(await events.next('ChannelHold')).toMatchObject({ musicclass: 'default' });
    expect((await call.offer('sendonly')).status).toBe(200);
    expect((await call.offer('sendrecv')).status).toBe(200);
    expect(call.direction).toBe('sendrecv');
    await events.next('ChannelUnhold');
    call.invite.hangup();
    await events.next('StasisEnd');
    expect(events.of('ChannelHold')).toHaveLength(1);
    expect(events.of('ChannelUnhold')).toHaveLength(1);
  });

  it('is held and taken back by UPDATE as well, which without an offer is only a sign of life', async () => {
    const events = await listen();
    const { call } = await talk(await open({ user: 'bob', password: 'hidden' }), events);
    const alive = await call.invite.send('UPDATE');
    expect([alive.status, alive.body.length]).toEqual([200, 0]);
    expect(alive.get('Contact')).toContain(String(server.sipPort));
    expect((await call.offer('inactive', 'UPDATE')).status).toBe(200);
    expect(call.direction).toBe('inactive');
    await events.next('ChannelHold');
    expect((await call.offer('sendrecv', 'UPDATE')).status).toBe(200);
    await events.next('ChannelUnhold');
    const bad = await call.invite.send('UPDATE', { body: 'nonsense', contentType: 'application/sdp' });
    expect(bad.status).toBe(488);
    call.invite.hangup();
    await events.next('StasisEnd');
  });

  it('moves its media where the answer to an offer of ours says', async () => {
    const first = await call(await open(), 'echo', { codecs: ['alaw'] });
    const other = await RtpEnd.open();
    const response = await first.inviteForOffer(other.port);
    expect(response.status).toBe(200);
    expect(response.body.toString()).toContain('m=audio');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = first.rtp.received.length;
    const said = speech(20);
    await first.rtp.speak(ALAW, said);
    await until(() => other.received.length > 5);
    expect(first.rtp.received.length).toBe(before);
    other.close();
  });

  it('goes on when a re-INVITE comes to nothing', async () => {
    const phone = await open({ user: 'bob', password: 'hidden' });
    const standing = await call(phone, 'echo');
    const refused = await standing.invite.reinvite('v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n');
    expect(refused.status).toBe(488);
    const foreign = await standing.invite.reinvite('hello', { contentType: 'text/plain' });
    expect([foreign.status, foreign.get('Accept')]).toEqual([415, 'application/sdp']);
    // Without an answer in its ACK, what the server offered holds for nobody.
    expect((await standing.invite.reinvite('')).status).toBe(200);
    await standing.rtp.speak(ULAW, speech(10));
    await until(() => standing.rtp.received.length > 3);
    expect(standing.invite.ended).toBe(false);
  });

  it('agrees on a session timer, in every request that asks for one', async () => {
    const phone = await open({ user: 'bob', password: 'hidden' });
    const asked: [string, string][] = [
      ['Supported', 'timer'],
      ['Session-Expires', '600'],
    ];
    const standing = await phone.call('echo', { headers: asked });
    const answer = await standing.answered;
    expect(answer.get('Session-Expires')).toBe('600;refresher=uac');
    expect(answer.get('Require')).toBe('timer');
    const alive = await standing.invite.send('UPDATE', { headers: asked });
    expect([alive.status, alive.get('Session-Expires')]).toEqual([200, '600;refresher=uac']);
    const hasty = await standing.invite.send('UPDATE', { headers: [['Session-Expires', '5']] });
    expect([hasty.status, hasty.get('Min-SE')]).toEqual([422, '90']);
    const refused = await phone.call('echo', { headers: [['Session-Expires', '5']] });
    await expect(refused.answered).rejects.toThrow('422');
  });

  it('is refused when it requires what is not there, or offers no SDP', async () => {
    const phone = await open();
    const wanting = await phone.call('echo', { headers: [['Require', '100rel']] });
    await expect(wanting.answered).rejects.toThrow('420');
    const letter = phone.request('INVITE', 'echo', {
      headers: [['Contact', `<${phone.contact}>`]],
      body: 'hello',
      contentType: 'text/plain',
    });
    const sent = phone.agent.invite({ request: letter, ...phone.plan });
    const refused = await new Promise<SipResponse>((resolve) => sent.events.on('refused', resolve));
    expect([refused.status, refused.get('Accept')]).toEqual([415, 'application/sdp']);
  });

  it('outlives its endpoint, and its phone', async () => {
    const events = await listen();
    await server.push('endpoint', 'guest', { context: 'default', allow: '!all,ulaw' });
    const guest = await open({ user: 'guest', protocol: 'tcp' });
    const { call: standing, start } = await talk(guest, events);
    await server.ari('DELETE', '/asterisk/config/dynamic/res_pjsip/endpoint/guest');
    expect((await standing.offer('sendonly')).status).toBe(200);
    await events.next('ChannelHold');
    // The connection goes, with no BYE: the call stands until somebody ends it.
    await guest.agent.close();
    expect((await channels()).map((each) => each.id)).toEqual([start.channel.id]);
    expect((await server.ari('DELETE', `/channels/${start.channel.id}`)).status).toBe(204);
    await events.next('StasisEnd');
    await until(async () => (await channels()).length === 0);
  });

  it('of nobody is taken by the anonymous endpoint, of a known address by the one that identify names', async () => {
    const stranger = await open({ user: 'mallory' });
    await expect((await stranger.call('front')).answered).rejects.toThrow('401');
    await server.push('endpoint', 'anonymous', { context: 'outside', allow: '!all,ulaw' });
    await expect((await stranger.call('echo')).answered).rejects.toThrow('404');
    await call(stranger, 'front');
    const events = await listen();
    const trunk = await open({ user: 'whoever', address: '127.0.0.3' });
    await call(trunk, 'front');
    expect((await events.next('StasisStart')).channel.name).toMatch(/^PJSIP\/trunk-/);
    await server.ari('DELETE', '/asterisk/config/dynamic/res_pjsip/endpoint/anonymous');
  });
});

describe('OPTIONS', () => {
  it('is answered with what the server understands', async () => {
    const phone = await open();
    const response = await phone.send(phone.request('OPTIONS', 'echo'));
    expect(response.status).toBe(200);
    expect(response.get('Allow')).toContain('INVITE');
    expect(response.get('Accept')).toContain('application/sdp');
    expect(response.get('Accept-Encoding')).toBe('identity');
    expect(response.get('Accept-Language')).toBe('en');
    expect(response.get('Supported')).toContain('timer');
  });

  it('is shown in the log with `pjsip set logger on`, however little else is', async () => {
    const log = () => readFileSync(join(server.dir, 'log/full'), 'utf8');
    const phone = await open();
    await phone.send(phone.request('OPTIONS', 'echo'));
    expect(log()).not.toContain('Received SIP request');
    await server.rx('pjsip set logger on');
    await phone.send(phone.request('OPTIONS', 'echo'));
    await until(() => /Received SIP request .*UDP:127\.0\.0\.1:\d+ --->\n.*OPTIONS sip:echo/.test(log()));
    await server.rx('pjsip set logger off');
  });

  it('for an extension that there is not is answered as a call to it would be', async () => {
    const phone = await open();
    expect((await phone.send(phone.request('OPTIONS', 'nosuch'))).status).toBe(404);
  });
});

describe('a retransmitted INVITE', () => {
  it('is answered with the same bytes, and makes no second call', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.3', resolve));
    const { port } = socket.address();
    const heard: string[] = [];
    socket.on('message', (bytes) => heard.push(bytes.toString('latin1')));
    const sdp = `v=0\r\no=- 1 1 IN IP4 127.0.0.3\r\ns=-\r\nc=IN IP4 127.0.0.3\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n`;
    const invite = [
      `INVITE sip:nobody@127.0.0.1:${server.sipPort} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.3:${port};branch=z9hG4bK-again`,
      `From: <sip:x@127.0.0.3>;tag=1`,
      `To: <sip:nobody@127.0.0.1>`,
      'Call-ID: again',
      'CSeq: 1 INVITE',
      `Contact: <sip:x@127.0.0.3:${port}>`,
      'Content-Type: application/sdp',
      `Content-Length: ${sdp.length}`,
      '',
      sdp,
    ].join('\r\n');
    const finals = () => heard.filter((each) => each.startsWith('SIP/2.0 404'));
    socket.send(invite, server.sipPort, '127.0.0.1');
    await until(() => finals().length === 1);
    socket.send(invite, server.sipPort, '127.0.0.1');
    await until(() => finals().length === 2);
    expect(finals()[1]).toBe(finals()[0]);
    socket.close();
    expect(await channels()).toEqual([]);
  });
});
