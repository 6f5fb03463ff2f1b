// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AmiTestClient, type Told, told } from './support/ami.ts';
import { EventStream } from './support/events.ts';
import { freePort, Instance } from './support/instance.ts';
import { Phone, type PhoneOptions } from './support/phone.ts';
import { phoneConf, UDP } from './support/pjsip-conf.ts';
import { FRAME } from './support/rtp-end.ts';
import { until } from './support/until.ts';

const ULAW = 0;
const BEEP = readFileSync(fileURLToPath(new URL('../sounds/en/beep.ulaw', import.meta.url)));

const PJSIP =
  UDP +
  phoneConf('bob', {
    password: 'hidden',
    endpoint: { allow: '!all,ulaw,alaw', callerid: 'Bob <100>', set_var: 'COLOUR=red' },
    aor: { remove_existing: 'yes' },
  });

const EXTENSIONS = `[default]
exten => beep,1,Answer()
 same => n,Playback(beep)
 same => n,Hangup()
exten => echo,1,NoOp(\${COLOUR} \${GIVEN})
 same => n,Echo()
exten => wait,1,Wait(30)
`;

let server: Instance;
let port: number;
const phones: Phone[] = [];
const clients: AmiTestClient[] = [];

beforeAll(async () => {
  port = await freePort();
  server = await Instance.create({
    'pjsip.conf': PJSIP,
    'extensions.conf': EXTENSIONS,
    'sorcery.conf':
      '[res_pjsip]\ncontact=memory\nauth=config,pjsip.conf,criteria=type=auth\nauth=memory\naor=config,pjsip.conf,criteria=type=aor\naor=memory\nendpoint=config,pjsip.conf,criteria=type=endpoint\nendpoint=memory\ntransport=config,pjsip.conf,criteria=type=transport\ntransport=memory\n',
    'rtp.conf': '[general]\nrtpstart=22000\nrtpend=22998\n',
    'manager.conf': `[general]
enabled=yes
bindaddr=127.0.0.1
port=${port}
[admin]
secret=s3cret
read=all
write=all
[caller]
secret=s3cret
read=all
write=originate
setvar=GIVEN=by manager.conf
`,
  });
  await server.start();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const phone of phones) phone.hangUp();
  await until(async () => (await channels()).length === 0);
  for (const phone of phones.splice(0)) await phone.close();
});
afterAll(() => server.close());

async function registered(options: Partial<PhoneOptions> = {}): Promise<Phone> {
  const phone = await Phone.open({ server: server.sipPort, user: 'bob', password: 'hidden', ...options });
  phones.push(phone);
  expect((await phone.register()).status).toBe(200);
  return phone;
}

async function login(user = 'admin'): Promise<AmiTestClient> {
  const client = new AmiTestClient(port);
  clients.push(client);
  await client.login(user, 's3cret', 'Events: call');
  return client;
}

const channels = async () => (await server.ari('GET', '/channels')).body as { id: string; name: string }[];
const BOB = ['Action: Originate', 'Channel: PJSIP/bob'];
const event = (client: AmiTestClient, name: string) => client.until('Event', name);
const values = (packet: Told, ...names: string[]) => names.map((each) => told(packet, each));

describe('Originate to a registered phone', () => {
  it('rings it, and lets the extension play to it once it answers', async () => {
    const phone = await registered();
    const client = await login();
    const coming = phone.nextCall();
    client.send(...BOB, 'Context: default', 'Exten: beep', 'Priority: 1', 'CallerID: "Front Desk" <200>');
    const call = await coming;
    expect(call.invite.request.get('From')).toMatch(/^"Front Desk" <sip:200@127\.0\.0\.1>;tag=/);
    expect(call.formats).toEqual(['0', '8', '101']);
    call.ring();
    call.answer();
    // What happens while an action runs is told behind its answer.
    expect((await client.next())?.[1]).toEqual(['Message', 'Originate successfully queued']);
    expect(values(await event(client, 'DialBegin'), 'DestChannel', 'DialString')).toEqual([
      expect.stringMatching(/^PJSIP\/bob-[0-9a-f]{8}$/),
      'bob',
    ]);
    expect(told(await event(client, 'Newstate'), 'ChannelStateDesc')).toBe('Ringing');
    expect(told(await event(client, 'DialState'), 'DialStatus')).toBe('RINGING');
    expect(told(await event(client, 'DialEnd'), 'DialStatus')).toBe('ANSWER');
    await call.acknowledged;
    expect((await call.ended).kind).toBe('bye');
    const heard = call.rtp.audio(ULAW);
    const at = heard.indexOf(BEEP.subarray(0, 2 * FRAME));
    expect(at).toBeGreaterThanOrEqual(0);
    expect(heard.subarray(at, at + BEEP.length).equals(BEEP)).toBe(true);
  });

  it('leaves by the transport that the endpoint names', async () => {
    const phone = await registered();
    const client = await login();
    const other = await freePort();
    expect((await server.push('transport', 'other', { bind: `127.0.0.1:${other}` })).status).toBe(200);
    const via = { aors: 'bob', allow: '!all,ulaw', transport: 'other' };
    expect((await server.push('endpoint', 'via', via)).status).toBe(200);
    const coming = phone.nextCall();
    client.send('Action: Originate', 'Channel: PJSIP/via', 'Context: default', 'Exten: beep', 'Priority: 1');
    const call = await coming;
    expect(call.invite.request.via.port).toBe(other);
    expect(call.invite.request.contactUri?.port).toBe(other);
    call.answer();
    expect((await call.ended).kind).toBe('bye');
  });

  it('carries its audio both ways, with the variables of the endpoint, the request and the user', async () => {
    const phone = await registered();
    const client = await login('caller');
    const coming = phone.nextCall();
    client.send(...BOB, 'Context: default', 'Exten: echo', 'Priority: 1', 'Async: true', 'ActionID: a1');
    expect((await client.next())?.slice(0, 2)).toEqual([
      ['Response', 'Success'],
      ['ActionID', 'a1'],
    ]);
    const call = await coming;
    call.answer();
    const response = await event(client, 'OriginateResponse');
    expect(response.slice(2).map(([name]) => name)).toEqual([
      'ActionID',
      'Response',
      'Channel',
      'Context',
      'Exten',
      'Reason',
      'Uniqueid',
      'CallerIDNum',
      'CallerIDName',
    ]);
    expect(values(response, 'ActionID', 'Response', 'Reason', 'CallerIDName')).toEqual([
      'a1',
      'Success',
      '4',
      'Bob',
    ]);
    const shown = await server.cli('core show channels concise');
    expect(shown[0]).toMatch(/^PJSIP\/bob-\w+!default!echo!2!Up!Echo!!100!/);
    const said = Buffer.alloc(20 * FRAME, 0x55);
    await call.rtp.speak(ULAW, said);
    await until(() => call.rtp.audio(ULAW).length >= said.length - 2 * FRAME);
    expect(call.rtp.audio(ULAW)[0]).toBe(0x55);
    call.invite.hangup();
    expect(values(await event(client, 'Hangup'), 'Cause')).toEqual(['0']);
  });

  it('that is busy fails with the cause of its answer', async () => {
    await registered();
    const client = await login();
    client.send(...BOB, 'Application: Wait', 'Data: 1', 'Async: true');
    expect(values(await event(client, 'HangupRequest'), 'Cause', 'TechCause')).toEqual(['17', '486']);
    expect(told(await event(client, 'DialEnd'), 'DialStatus')).toBe('BUSY');
    expect(
      values(await event(client, 'OriginateResponse'), 'Response', 'Channel', 'Reason', 'Uniqueid'),
    ).toEqual(['Failure', 'PJSIP/bob', '0', '<unknown>']);
    const again = await client.ask(...BOB, 'Application: Wait', 'Data: 1');
    expect(again.slice(0, 2)).toEqual([
      ['Response', 'Error'],
      ['Message', 'Originate failed'],
    ]);
  });

  it('that does not answer in time is told to stop ringing', async () => {
    const phone = await registered();
    const client = await login();
    const coming = phone.nextCall();
    client.send(...BOB, 'Application: Wait', 'Data: 1', 'Timeout: 300', 'Async: true');
    const call = await coming;
    call.ring();
    const ended = await call.ended;
    expect(ended.kind).toBe('cancelled');
    expect(told(await event(client, 'OriginateResponse'), 'Reason')).toBe('3');
    expect(values(await event(client, 'Hangup'), 'Cause', 'TechCause')).toEqual(['19', '480']);
  });

  it('plays before the answer where audio before it is enough', async () => {
    const phone = await registered();
    const client = await login();
    const coming = phone.nextCall();
    client.send(...BOB, 'Application: Playback', 'Data: beep,noanswer', 'EarlyMedia: true', 'Async: true');
    const call = await coming;
    call.progress();
    await until(() => call.rtp.audio(ULAW).includes(BEEP.subarray(0, 2 * FRAME)));
    expect((await call.ended).kind).toBe('cancelled');
  });

  it('that rings is given up by who hangs up its channel', async () => {
    const phone = await registered();
    const client = await login();
    const coming = phone.nextCall();
    client.send(...BOB, 'Application: Wait', 'Data: 1', 'ChannelId: mine', 'Async: true');
    const call = await coming;
    call.ring();
    await event(client, 'DialState');
    expect((await server.ari('DELETE', '/channels/mine')).status).toBe(204);
    expect((await call.ended).kind).toBe('cancelled');
    expect(told(await event(client, 'DialEnd'), 'DialStatus')).toBe('NOANSWER');
  });

  it('offers the codecs that the request names, in the order of the endpoint', async () => {
    const phone = await registered();
    const client = await login();
    const coming = phone.nextCall();
    client.send(...BOB, 'Application: Wait', 'Data: 1', 'Codecs: alaw', 'Async: true');
    expect((await coming).formats).toEqual(['8', '101']);
    client.send(...BOB, 'Application: Wait', 'Data: 1', 'Codecs: gsm');
    expect((await client.until('Response', 'Error'))[1]).toEqual(['Message', 'Originate failed']);
  });

  it('keeps the call going by the session timer that the phone agrees to', async () => {
    const phone = await registered();
    const client = await login();
    const coming = phone.nextCall();
    client.send(...BOB, 'Context: default', 'Exten: wait', 'Priority: 1', 'Async: true');
    const call = await coming;
    expect(call.invite.request.get('Session-Expires')).toBe('1800');
    const refreshed = new Promise<string>((resolve) => {
      call.invite.events.on('request', (request, transaction) => {
        transaction.reply(200);
        resolve(request.method);
      });
      call.invite.events.on('reinvite', (request, reinvite) => {
        reinvite.answer(request.body);
        resolve('INVITE');
      });
    });
    call.answer([['Session-Expires', '2;refresher=uac']]);
    expect(await refreshed).toBe('UPDATE');
  });
});

describe('a phone that is called', () => {
  it('and wants a longer session is called again with that', async () => {
    const phone = await registered();
    const client = await login();
    await server.push('endpoint', 'short', {
      aors: 'bob',
      allow: '!all,ulaw',
      timers_sess_expires: '120',
      timers_min_se: '90',
    });
    const first = phone.nextCall();
    client.send('Action: Originate', 'Channel: PJSIP/short', 'Application: Wait', 'Data: 1', 'Async: true');
    const refused = await first;
    expect(refused.invite.request.get('Session-Expires')).toBe('120');
    const second = phone.nextCall();
    refused.invite.reject(422, undefined, [['Min-SE', '600']]);
    const call = await second;
    expect(call.invite.request.get('Session-Expires')).toBe('600');
    expect(call.invite.request.get('Min-SE')).toBe('600');
    expect(call.invite.request.cseq.number).toBe(refused.invite.request.cseq.number + 1);
    call.answer();
    expect(told(await event(client, 'DialEnd'), 'DialStatus')).toBe('ANSWER');
    expect((await call.ended).kind).toBe('bye');
  });

  it('and accepts no codec of ours is hung up', async () => {
    const phone = await registered();
    const client = await login();
    const coming = phone.nextCall();
    client.send(...BOB, 'Application: Wait', 'Data: 1', 'Async: true');
    const call = await coming;
    call.invite.answer(
      'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n',
    );
    expect((await call.ended).kind).toBe('bye');
    expect(told(await event(client, 'Hangup'), 'Cause')).toBe('58');
  });

  it('tells the cause of its refusal, which counts more than the status', async () => {
    const phone = await registered();
    const client = await login();
    const coming = phone.nextCall();
    client.send(...BOB, 'Application: Wait', 'Data: 1', 'Async: true');
    (await coming).invite.reject(480, undefined, [['Reason', 'Q.850;cause=34;text="full"']]);
    expect(values(await event(client, 'HangupRequest'), 'Cause', 'TechCause')).toEqual(['34', '480']);
    expect(told(await event(client, 'DialEnd'), 'DialStatus')).toBe('CONGESTION');
  });

  it('puts the call on hold and takes it back, and hangs up', async () => {
    const phone = await registered();
    const client = await login();
    const coming = phone.nextCall();
    client.send(...BOB, 'Context: default', 'Exten: echo', 'Priority: 1', 'Async: true');
    const call = await coming;
    // Before its answer is acknowledged a phone may not offer anew (RFC 3261 §14.1).
    const acknowledged = new Promise((done) => call.invite.events.on('acknowledged', done));
    call.answer();
    await event(client, 'OriginateResponse');
    await acknowledged;
    expect((await call.offer('sendonly')).status).toBe(200);
    expect(told(await event(client, 'Hold'), 'ChannelStateDesc')).toBe('Up');
    expect((await call.offer('sendrecv')).status).toBe(200);
    await event(client, 'Unhold');
    await client.ask('Action: Events', 'EventMask: call,dtmf');
    await call.rtp.press(101, '7', 100);
    expect(told(await event(client, 'DTMFEnd'), 'Digit')).toBe('7');
    call.invite.hangup();
    await event(client, 'Hangup');
  });
});

describe('Originate', () => {
  it('to whom cannot be called leaves no channel', async () => {
    const client = await login();
    await server.push('aor', 'lonely', { max_contacts: '1' });
    await server.push('endpoint', 'lonely', { aors: 'lonely', allow: '!all,ulaw' });
    for (const channel of ['PJSIP/nobody', 'PJSIP/lonely', 'PJSIP/lonely/nothing', 'Bogus/x', 'PJSIP/']) {
      const answer = await client.ask('Action: Originate', `Channel: ${channel}`, 'Application: Wait');
      expect([channel, answer[1]]).toEqual([channel, ['Message', 'Originate failed']]);
    }
    expect(await channels()).toEqual([]);
  });

  it('calls a URI of its own choice through an endpoint, and another user where it registered', async () => {
    const phone = await registered();
    const client = await login();
    const first = phone.nextCall();
    client.send(
      'Action: Originate',
      `Channel: PJSIP/bob/sip:desk@127.0.0.1:${phone.port}`,
      'Application: Wait',
      'Async: 1',
    );
    const call = await first;
    expect(call.invite.request.uri).toBe(`sip:desk@127.0.0.1:${phone.port}`);
    expect(call.invite.request.get('From')).toMatch(/^"Anonymous" <sip:anonymous@anonymous\.invalid>/);
    const second = phone.nextCall();
    client.send('Action: Originate', 'Channel: PJSIP/99@bob', 'Application: Wait', 'Async: 1');
    expect((await second).invite.request.uri).toBe(`sip:99@127.0.0.1:${phone.port}`);
  });

  it('answers the challenge of a trunk, and goes through its proxy', async () => {
    const proxy = await Phone.open({ server: server.sipPort, user: 'proxy' });
    phones.push(proxy);
    await server.push('auth', 'out', { username: 'us', password: 'pw', auth_type: 'userpass' });
    await server.push('aor', 'far', { contact: 'sip:far.invalid', max_contacts: '1' });
    await server.push('endpoint', 'far', {
      aors: 'far',
      allow: '!all,ulaw',
      outbound_auth: 'out',
      outbound_proxy: `sip:127.0.0.1:${proxy.port};lr`,
      from_user: 'ourname',
      from_domain: 'example.com',
      send_pai: 'yes',
    });
    const client = await login();
    const first = proxy.nextCall();
    client.send(
      'Action: Originate',
      'Channel: PJSIP/123@far',
      'Application: Wait',
      'CallerID: 555',
      'Async: true',
    );
    const asked = await first;
    expect(asked.invite.request.uri).toBe('sip:123@far.invalid');
    expect(asked.invite.request.get('From')).toMatch(/^<sip:ourname@example\.com>;tag=/);
    expect(asked.invite.request.get('P-Asserted-Identity')).toBe('<sip:555@127.0.0.1>');
    const second = proxy.nextCall();
    asked.invite.reject(407, undefined, [
      ['Proxy-Authenticate', 'Digest realm="far", nonce="n", algorithm=MD5, qop="auth"'],
    ]);
    const again = await second;
    expect(again.invite.request.get('Proxy-Authorization')).toMatch(/^Digest username="us", realm="far"/);
    expect(again.invite.request.callId).toBe(asked.invite.request.callId);
    again.answer();
    expect(told(await event(client, 'DialEnd'), 'DialStatus')).toBe('ANSWER');
    again.invite.hangup();
    await event(client, 'OriginateResponse');
  });

  it('two hundred times leaves nothing behind', async () => {
    await registered();
    const client = await login();
    const responses: string[] = [];
    for (let at = 0; at < 200; at++)
      client.send(...BOB, 'Application: Wait', 'Data: 1', 'Async: true', `ActionID: n${at}`);
    for (let at = 0; at < 200; at++)
      responses.push(told(await event(client, 'OriginateResponse'), 'Reason') ?? '');
    expect(new Set(responses)).toEqual(new Set(['0']));
    await until(async () => (await channels()).length === 0);
    const { body } = await server.ari('GET', '/endpoints/PJSIP/bob');
    expect(body).toMatchObject({ channel_ids: [] });
  });
});

describe('who may not do harm', () => {
  it('cannot have it done by an application', async () => {
    const client = await login('caller');
    for (const [application, data] of [
      ['System', 'id'],
      ['sYsTeM', 'id'],
      ['Exec', 'NoOp()'],
      ['ExecIf', '1?System(id)'],
      ['Set', 'X=${SHELL(id)}'],
      ['Set', 'X=${shell (id)}'],
      ['NoOp', '${IF($[1]?${EVAL(${X})}:)}'],
      ['Set', 'DB(a/b)=1'],
      ['Set', 'X=${ENV(PATH)}'],
    ] as const) {
      const answer = await client.ask(...BOB, `Application: ${application}`, `Data: ${data}`);
      expect([application, data, answer[1]]).toEqual([
        application,
        data,
        ['Message', 'Originate Access Forbidden: app or data blacklisted'],
      ]);
    }
  });

  it('cannot have it done by a variable that is a function', async () => {
    const phone = await registered();
    phone.busy = false;
    const client = await login('caller');
    const coming = phone.nextCall();
    client.send(...BOB, 'Application: NoOp', 'Variable: DB(danger/key)=2', 'Async: true');
    (await coming).answer();
    await event(client, 'Hangup');
    expect((await server.cli('database show danger')).at(-1)).toBe('0 results found.');
  });
});

describe('ARI', () => {
  it('calls a phone into an application, which hears it ring, and hangs it up', async () => {
    const phone = await registered();
    const events = await EventStream.open(server, 'app=desk');
    const coming = phone.nextCall();
    const made = await server.ari(
      'POST',
      '/channels?endpoint=PJSIP/bob&app=desk&appArgs=out&channelId=c1&callerId=Ext%20%3C200%3E',
    );
    expect(made.body).toMatchObject({ id: 'c1', state: 'Down', connected: { name: 'Ext', number: '200' } });
    const call = await coming;
    call.ring();
    call.answer();
    expect(await events.next('StasisStart')).toMatchObject({ args: ['out'], channel: { state: 'Up' } });
    const dials = events.of('Dial').map((each) => [each.dialstatus, each.dialstring]);
    expect(dials).toEqual([
      ['', 'bob'],
      ['RINGING', 'bob'],
      ['ANSWER', 'bob'],
    ]);
    expect((await server.ari('DELETE', '/channels/c1')).status).toBe(204);
    expect((await call.ended).kind).toBe('bye');
    expect(await events.next('ChannelDestroyed')).toMatchObject({ cause: 16 });
    events.close();
  });

  it('creates a channel, dials it later, and hears why it failed', async () => {
    const phone = await registered();
    const events = await EventStream.open(server, 'app=desk');
    await server.ari('POST', '/channels/create?endpoint=PJSIP/bob&app=desk&channelId=c1');
    await events.next('StasisStart');
    phone.busy = true;
    expect((await server.ari('POST', '/channels/c1/dial?timeout=5')).status).toBe(204);
    expect(await events.next('ChannelDestroyed')).toMatchObject({ cause: 17, tech_cause: 486 });
    expect(events.of('Dial').map((each) => each.dialstatus)).toEqual(['', 'BUSY']);
    events.close();
  });

  it('calls into the dial plan by a Local channel, both halves heard', async () => {
    const events = await EventStream.open(server, 'app=desk');
    await server.ari('POST', '/channels?endpoint=Local/wait@default&app=desk&channelId=c1', {
      variables: { GIVEN: 'yes' },
    });
    await until(async () => (await channels()).length === 2);
    const two = await server.ari('GET', '/channels/c1%3B2/variable?variable=GIVEN');
    expect(two.body).toEqual({ value: 'yes' });
    await server.ari('DELETE', '/channels/c1');
    await until(async () => (await channels()).length === 0);
    expect(events.of('ChannelDestroyed').length).toBe(2);
    events.close();
  });
});
