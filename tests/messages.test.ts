// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseMessage, SipRequest } from '../src/sip/index.ts';
import { AmiTestClient, managerConf } from './support/ami.ts';
import { EventStream } from './support/events.ts';
import { freePort, Instance } from './support/instance.ts';
import { Phone } from './support/phone.ts';
import { phoneConf, UDP } from './support/pjsip-conf.ts';

let server: Instance;
let alice: Phone;
let bob: Phone;
let amiPort: number;
const closers: (() => void)[] = [];
/** What bob was sent. */
const heard: SipRequest[] = [];

beforeAll(async () => {
  amiPort = await freePort();
  server = await Instance.create({
    'pjsip.conf':
      UDP +
      phoneConf('alice', { endpoint: { message_context: 'texts', callerid: 'Alice <100>' } }) +
      phoneConf('bob') +
      phoneConf('away'),
    'extensions.conf': `[default]
exten => 100,1,NoOp()
[texts]
exten => desk,1,Set(MESSAGE(body)=\${TOUPPER(\${MESSAGE(body)})})
 same => n,Set(MESSAGE_DATA(X-Via)=\${MESSAGE_DATA(X-Colour)} desk)
 same => n,MessageSend(pjsip:bob,\${MESSAGE(from)})
 same => n,UserEvent(Sent,Status: \${MESSAGE_SEND_STATUS},To: \${MESSAGE(to)},From: \${MESSAGE(from)})
exten => loop,1,Set(MESSAGE(custom_data)=mark_all_outbound)
 same => n,MessageSend(pjsip:bob)
 same => n,UserEvent(Sent,Status: \${MESSAGE_SEND_STATUS})
exten => lost,1,MessageSend(nowhere:bob)
 same => n,UserEvent(First,Status: \${MESSAGE_SEND_STATUS})
 same => n,MessageSend(pjsip:away)
 same => n,UserEvent(Second,Status: \${MESSAGE_SEND_STATUS})
`,
    'manager.conf': managerConf(amiPort),
  });
  await server.start();
  alice = await Phone.open({ server: server.sipPort, user: 'alice', password: 'secret' });
  bob = await Phone.open({ server: server.sipPort, user: 'bob', password: 'secret' });
  bob.onPacket = (direction, bytes) => {
    if (direction !== 'in') return;
    const message = parseMessage(bytes);
    if (message instanceof SipRequest) heard.push(message);
  };
  expect((await bob.register()).status).toBe(200);
});
afterEach(async () => {
  heard.length = 0;
  for (const close of closers.splice(0)) close();
  // Nobody is left who would take a message.
  await expect.poll(() => server.ari('GET', '/applications')).toMatchObject({ body: [] });
});
afterAll(async () => {
  await alice?.close();
  await bob?.close();
  await server?.close();
});

async function events(query: string): Promise<EventStream> {
  const stream = await EventStream.open(server, query);
  closers.push(() => stream.close());
  return stream;
}

const message = async (
  phone: Phone,
  exten: string,
  body: string,
  contentType = 'text/plain',
  colour = 'red',
) =>
  (await phone.send(phone.request('MESSAGE', exten, { body, contentType, headers: [['X-Colour', colour]] })))
    .status;

/** What bob was sent, once it is there. */
const told = () =>
  expect
    .poll(() => heard.length)
    .toBe(1)
    .then(() => heard[0]);

describe('a text message of a phone', () => {
  it('runs through its extension, which sends it on', async () => {
    const stream = await events('app=texts&subscribeAll=true');
    expect(await message(alice, 'desk', 'hällo', 'text/plain; charset=utf-8')).toBe(202);
    const sent = await told();
    expect(sent?.method).toBe('MESSAGE');
    expect(sent?.body.toString()).toBe('HÄLLO');
    expect(sent?.get('From')).toMatch(/^<sip:alice@127\.0\.0\.1>;tag=/);
    expect(sent?.get('To')).toBe('<sip:bob@127.0.0.1>');
    expect(sent?.get('Content-Type')).toBe('text/plain');
    // What came with it stays here, unless the dial plan sends it.
    expect([sent?.get('X-Colour'), sent?.get('X-Via')]).toEqual([undefined, 'red desk']);
    const { userevent } = await stream.next('ChannelUserevent');
    expect(userevent).toMatchObject({
      Status: 'SUCCESS',
      To: 'pjsip:desk@127.0.0.1',
      From: '<sip:alice@127.0.0.1>',
    });
    await expect.poll(() => server.ari('GET', '/channels')).toMatchObject({ body: [] });
  });

  it('that cannot be sent on says so to the dial plan', async () => {
    const stream = await events('app=texts&subscribeAll=true');
    expect(await message(alice, 'lost', 'x')).toBe(202);
    const first = await stream.next('ChannelUserevent');
    expect(first.userevent).toMatchObject({ Status: 'INVALID_PROTOCOL' });
    const second = await stream.next('ChannelUserevent');
    expect(second.userevent).toMatchObject({ Status: 'INVALID_URI' });
  });

  it('has one hop less to go when it is sent on, and then ends', async () => {
    const stream = await events('app=texts&subscribeAll=true');
    const send = (hops: string) => {
      const request = alice.request('MESSAGE', 'loop', { body: 'x', contentType: 'text/plain' });
      return alice.send(request.set('Max-Forwards', hops));
    };
    expect((await send('5')).status).toBe(202);
    expect((await told())?.get('Max-Forwards')).toBe('4');
    await stream.next('ChannelUserevent');
    expect((await send('0')).status).toBe(202);
    expect((await stream.next('ChannelUserevent')).userevent).toMatchObject({ Status: 'INVALID_URI' });
  });

  it('is told to applications that subscribe to the endpoint', async () => {
    const stream = await events('app=desk');
    const subscription = '/applications/desk/subscription?eventSource=endpoint:PJSIP/bob';
    await server.ari('POST', subscription);
    expect(await message(bob, 'nowhere', 'hello there')).toBe(202);
    const event = await stream.next('TextMessageReceived');
    expect(event).toMatchObject({
      endpoint: { technology: 'PJSIP', resource: 'bob', state: 'online' },
      message: {
        from: '<sip:bob@127.0.0.1>',
        to: 'pjsip:nowhere@127.0.0.1',
        body: 'hello there',
        variables: {
          PJSIP_RECVADDR: `127.0.0.1:${bob.port}`,
          PJSIP_TRANSPORT: 'udp',
          PJSIP_ENDPOINT: 'bob',
          'Content-Type': 'text/plain',
          'X-Colour': 'red',
        },
      },
    });
    // It would go on taking messages without anybody listening.
    await server.ari('DELETE', subscription);
  });

  it('is refused when it is for nobody, and when it is no text', async () => {
    expect(await message(bob, 'nowhere', 'x')).toBe(404);
    expect(await message(bob, '100', '<b>', 'text/html')).toBe(415);
    expect(await message(bob, '100', 'x')).toBe(202);
  });
});

describe('a text message to a phone', () => {
  const put = (path: string, body?: object) => server.ari('PUT', `/endpoints/${path}`, body);

  it('is sent by ARI, with headers of its own and none that would break it', async () => {
    const variables = { 'X-H': 'v', Via: 'SIP/2.0/UDP x', 'Bad name': 'x', 'X-Bad': 'a\r\nX-Smuggled: 1' };
    const answer = await put('PJSIP/bob/sendMessage?from=sip:x@example.com&body=hey', { variables });
    expect(answer).toMatchObject({ status: 202 });
    const sent = await told();
    expect(sent?.body.toString()).toBe('hey');
    expect(sent?.get('From')).toMatch(/^<sip:x@example\.com>;tag=/);
    expect(sent?.get('X-H')).toBe('v');
    expect(sent?.getAll('Via')).toHaveLength(1);
    expect(['X-Bad', 'X-Smuggled', 'Bad name'].map((name) => sent?.has(name))).toEqual([false, false, false]);
  });

  it.each([
    ['sendMessage?from=x&body=y', 400, 'To must be specified'],
    ['sendMessage?to=sip:bob@127.0.0.1&from=x&body=y', 404, 'Endpoint not found'],
    ['sendMessage?to=pjsip:away&from=x&body=y', 404, 'Endpoint not found'],
    ['PJSIP/nosuch/sendMessage?from=x&body=y', 404, 'Endpoint not found'],
    ['Local/bob/sendMessage?from=x&body=y', 404, 'Endpoint not found'],
  ])('is refused: %s', async (path, status, text) => {
    expect(await put(path)).toMatchObject({ status, body: { message: text } });
  });

  it('may have strings as variables only', async () => {
    const answer = await put('PJSIP/bob/sendMessage?from=x&body=y', { variables: { A: 1 } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'MESSAGE_VARIABLES_INVALID' } });
  });

  it('is sent by AMI', async () => {
    const client = new AmiTestClient(amiPort);
    closers.push(() => client.close());
    await client.login('admin', 's3cret', 'Events: off');
    const ask = async (...lines: string[]) =>
      (await client.ask('Action: MessageSend', ...lines)).map(([, value]) => value).join(': ');
    expect(
      await ask(
        'Destination: pjsip:bob@wherever',
        'To: sip:zed@example.com',
        'From: "N" <sip:x@127.0.0.1>',
        'Base64Body: aGkKdGhlcmU=',
        'Variable: X-A=1,X-B=two',
        'Variable: X-C=3',
      ),
    ).toBe('Success: Message successfully sent');
    const sent = await told();
    expect(sent?.body.toString()).toBe('hi\nthere');
    expect(sent?.get('To')).toBe('<sip:zed@example.com>');
    expect(sent?.get('From')).toMatch(/^"?N"? <sip:x@127\.0\.0\.1>;tag=/);
    expect(['X-A', 'X-B', 'X-C'].map((name) => sent?.get(name))).toEqual(['1', 'two', '3']);
    expect(await ask('From: x', 'Body: y')).toBe("Error: No 'To' address specified.");
    expect(await ask('To: bob', 'Body: y')).toBe('Error: Message technology not found.');
    expect(await ask('To: pjsip:away', 'Body: y')).toBe('Error: Message failed to send.');
  });
});
