import { systemClock } from '../../src/platform/index.ts';
import {
  answerChallenge,
  DigestServer,
  MemoryNetwork,
  MemoryTransport,
  newRequest,
  parseCredentials,
  parseMessage,
  respond,
  type ServerTransaction,
  SipRequest,
  UserAgent,
  validateRequest,
} from '../../src/sip/index.ts';
import { type BenchSize, heading, row } from '../support/table.ts';

/** Runs `work` until it is compiled, then counts the CPU of `count` runs; the best of five counts. */
async function time(
  name: string,
  count: number,
  work: (count: number) => void | Promise<void>,
  aim?: number,
): Promise<void> {
  await work(count);
  let best = { operations: count, cpuMicros: Number.POSITIVE_INFINITY, rate: 0 };
  for (let round = 0; round < 5; round++) {
    const cpu = process.cpuUsage();
    const wall = performance.now();
    await work(count);
    const { user, system } = process.cpuUsage(cpu);
    const cpuMicros = (user + system) / count;
    if (cpuMicros < best.cpuMicros) {
      best = { operations: count, cpuMicros, rate: (count * 1_000) / (performance.now() - wall) };
    }
  }
  row(name, best, aim);
}

/** Transactions outlive a round: no timer fires while one runs. */
const ROOMY = 1_000_000;

const SDP = [
  'v=0',
  'o=alice 2890844526 2890844526 IN IP4 192.0.2.10',
  's=-',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 49170 RTP/AVP 9 0 8 101',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=sendrecv',
  '',
].join('\r\n');

const INVITE = Buffer.from(
  [
    'INVITE sip:1000@192.0.2.1:5060;transport=udp SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.10:5062;branch=z9hG4bK-524287-1---af0a3ae9f2;rport',
    'Max-Forwards: 70',
    'Contact: <sip:alice@192.0.2.10:5062;transport=udp>',
    'To: <sip:1000@192.0.2.1>',
    'From: "Alice" <sip:alice@192.0.2.1>;tag=6e2f4c1b',
    'Call-ID: 84212YzI5ZDQ3MjM0Yzk2ZGFjNWE5OGQ',
    'CSeq: 1 INVITE',
    'Allow: INVITE, ACK, CANCEL, BYE, NOTIFY, REFER, MESSAGE, OPTIONS, INFO, SUBSCRIBE',
    'Content-Type: application/sdp',
    'Supported: replaces, norefersub, extended-refer, timer, outbound, path',
    'User-Agent: Some Desk Phone 5.4.3',
    'Allow-Events: presence, kpml, talk',
    `Content-Length: ${SDP.length}`,
    '',
    SDP,
  ].join('\r\n'),
);

function parsed(): SipRequest {
  const message = parseMessage(INVITE);
  if (!(message instanceof SipRequest)) throw new Error('no request');
  return message;
}

const repeat =
  (work: () => unknown) =>
  (count: number): void => {
    for (let i = 0; i < count; i++) work();
  };

async function messages(count: number): Promise<void> {
  heading(`sip: messages (INVITE of ${INVITE.length} bytes)`);
  await time('parse', count, repeat(parsed), 10);
  const checked = () => {
    const request = parsed();
    validateRequest(request);
    return request.contactUri;
  };
  await time('parse, check, read Via From To CSeq Contact Request-URI', count, repeat(checked), 10);
  const request = parsed();
  await time(
    'write',
    count,
    repeat(() => request.toBuffer()),
    5,
  );
  await time(
    'make and write a 200',
    count,
    repeat(() => respond(request, 200).toBuffer()),
    5,
  );
}

async function digest(count: number): Promise<void> {
  heading('sip: digest');
  const server = new DigestServer({ clock: systemClock });
  const request = newRequest({ method: 'REGISTER', uri: 'sip:192.0.2.1', from: '<sip:alice@192.0.2.1>' });
  const refusal = respond(request, 401);
  refusal.append('WWW-Authenticate', server.challenge('asterisk'));
  const account = { username: 'alice', secret: { password: 'secret' } };
  const value = answerChallenge(request, refusal, [account])?.[1] ?? '';
  await time(
    'make a challenge',
    count,
    repeat(() => server.challenge('asterisk')),
  );
  const verify = () => {
    const credentials = parseCredentials(value);
    return credentials !== undefined && server.verify(credentials, 'REGISTER', account.secret);
  };
  await time('read and verify credentials', count, repeat(verify));
}

interface Registrar {
  agent: UserAgent;
  network: MemoryNetwork;
  transport: MemoryTransport;
}

/** An agent that challenges and accepts REGISTER, as a server would without its data. */
function registrar(): Registrar {
  const network = new MemoryNetwork();
  network.logging = false;
  const transport = new MemoryTransport(network, '192.0.2.1');
  const server = new DigestServer({ clock: systemClock });
  const secret = { password: 'secret' };
  const onRequest = (request: SipRequest, transaction: ServerTransaction): void => {
    transaction.forceRport();
    const value = request.get('Authorization');
    const credentials = value === undefined ? undefined : parseCredentials(value);
    if (credentials === undefined || server.verify(credentials, request.method, secret) !== 'ok') {
      transaction.reply(401, undefined, { headers: [['WWW-Authenticate', server.challenge('asterisk')]] });
      return;
    }
    const { contacts } = request;
    const first = contacts === '*' ? undefined : contacts[0];
    transaction.reply(200, undefined, {
      headers: [
        ['Contact', `<${first?.uri.toString() ?? ''}>;expires=3600`],
        ['Expires', '3600'],
      ],
    });
  };
  const agent = new UserAgent({
    clock: systemClock,
    product: 'Bench',
    onRequest,
    onInvite: (invite) => invite.reject(486),
  });
  agent.addTransport(transport);
  return { agent, network, transport };
}

const REGISTER_TAIL = [
  'Max-Forwards: 70',
  'Contact: <sip:alice@192.0.2.10:5062;transport=udp>',
  'Expires: 3600',
  'Allow: INVITE, ACK, CANCEL, BYE, NOTIFY, REFER, MESSAGE, OPTIONS, INFO, SUBSCRIBE',
  'User-Agent: Some Desk Phone 5.4.3',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

const PHONE = { address: '192.0.2.10', port: 5062 };

/** The phone's side prepared beforehand, so that only the server is measured. */
async function registrations(count: number): Promise<void> {
  heading('sip: REGISTER → 401 → REGISTER with digest → 200');
  const { agent, network, transport } = registrar();
  const phone = new MemoryTransport(network, PHONE.address, PHONE.port);
  let nonce = '';
  let challenges = 0;
  let accepted = 0;
  phone.attach({
    received: (bytes) => {
      if (bytes[8] === 50) accepted++;
      else {
        challenges++;
        const at = bytes.indexOf('nonce="') + 7;
        nonce = bytes.toString('latin1', at, bytes.indexOf('"', at));
      }
    },
    fault: () => {},
  });
  let serial = 0;
  const register = (call: number, number: number, authorization: string): Buffer =>
    Buffer.from(
      `REGISTER sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10:5062;branch=z9hG4bK-${call}-${number};rport\r\nFrom: <sip:alice@192.0.2.1>;tag=t${call}\r\nTo: <sip:alice@192.0.2.1>\r\nCall-ID: ${call}@192.0.2.10\r\nCSeq: ${number} REGISTER\r\n${authorization}${REGISTER_TAIL}`,
    );
  // One good answer for every registration of a round: the nonce is not bound to a request.
  const round = (count: number): { first: Buffer; second: Buffer }[] => {
    transport.deliver(register(++serial, 1, ''), PHONE);
    network.flush();
    const request = newRequest({ method: 'REGISTER', uri: 'sip:192.0.2.1', from: '<sip:alice@192.0.2.1>' });
    const refusal = respond(request, 401);
    refusal.append('WWW-Authenticate', `Digest realm="asterisk",nonce="${nonce}",algorithm=MD5,qop="auth"`);
    const header = answerChallenge(request, refusal, [{ username: 'alice', secret: { password: 'secret' } }]);
    const authorization = `${header?.join(': ') ?? ''}\r\n`;
    return Array.from({ length: count }, () => {
      const call = ++serial;
      return { first: register(call, 1, ''), second: register(call, 2, authorization) };
    });
  };
  const rounds = Array.from({ length: 6 }, () => round(count));
  accepted = 0;
  challenges = 0;
  const before = agent.counters.requests;
  await time(
    'server only (no sockets, no store)',
    count,
    () => {
      for (const { first, second } of rounds.pop() ?? []) {
        transport.deliver(first, PHONE);
        network.flush();
        transport.deliver(second, PHONE);
        network.flush();
      }
    },
    60,
  );
  const requests = agent.counters.requests - before;
  if (accepted !== 6 * count || challenges !== 6 * count || requests !== 12 * count) {
    throw new Error(`${requests} requests, ${challenges} challenged, ${accepted} accepted`);
  }
  await agent.close();
}

/** Two agents: what a client and a server cost together. */
async function both(count: number): Promise<void> {
  const { agent, network } = registrar();
  const client = new UserAgent({
    clock: systemClock,
    maxClientTransactions: ROOMY,
    onRequest: () => {},
    onInvite: () => {},
  });
  client.addTransport(new MemoryTransport(network, '192.0.2.77'));
  const account = { username: 'alice', secret: { password: 'secret' } };
  await time('client and server agent together', count, async () => {
    for (let i = 0; i < count; i++) {
      const request = newRequest({
        method: 'REGISTER',
        uri: 'sip:192.0.2.1',
        from: '<sip:alice@192.0.2.1>',
        contact: '<sip:alice@192.0.2.77>',
      });
      const answer = await client.request(request, {
        authenticate: (refused, challenge) => answerChallenge(refused, challenge, [account]),
      });
      if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    }
  });
  await Promise.all([agent.close(), client.close()]);
}

/** INVITE, 100, 180, 200, ACK, BYE, 200 through two agents. */
async function calls(count: number): Promise<void> {
  heading('sip: INVITE → 180 → 200 → ACK → BYE');
  const network = new MemoryNetwork();
  network.logging = false;
  const server = new UserAgent({
    clock: systemClock,
    onRequest: () => {},
    onInvite: (invite) => {
      invite.trying();
      invite.progress(180);
      invite.answer(SDP);
    },
  });
  const client = new UserAgent({
    clock: systemClock,
    maxClientTransactions: ROOMY,
    onRequest: () => {},
    onInvite: () => {},
  });
  server.addTransport(new MemoryTransport(network, '192.0.2.1'));
  client.addTransport(new MemoryTransport(network, '192.0.2.77'));
  await time('client and server agent together', count, () => {
    for (let i = 0; i < count; i++) {
      const call = client.invite({
        request: newRequest({
          method: 'INVITE',
          uri: 'sip:1000@192.0.2.1',
          from: '<sip:alice@192.0.2.77>',
          body: SDP,
          contentType: 'application/sdp',
        }),
      });
      network.flush();
      if (!call.established) throw new Error('call not established');
      call.hangup();
      network.flush();
    }
    if (server.dialogCount > 0) throw new Error('dialogs left');
  });
  await Promise.all([server.close(), client.close()]);
}

/** CPU of the SIP stack alone, without sockets, in this process. */
export async function benchSip({ scale }: BenchSize): Promise<void> {
  await messages(Math.round(50_000 * scale));
  await digest(Math.round(50_000 * scale));
  await registrations(Math.round(10_000 * scale));
  await both(Math.round(5_000 * scale));
  await calls(Math.round(5_000 * scale));
}
