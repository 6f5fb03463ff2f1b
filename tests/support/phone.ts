import { silentLogger } from '../../src/log/index.ts';
import {
  acceptAnswer,
  attribute,
  type LocalMedia,
  makeAnswer,
  makeOffer,
  parseSdp,
  type SessionDescription,
  serializeSdp,
} from '../../src/media/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import {
  answerChallenge,
  type ClientInvite,
  type EndCause,
  type HeaderList,
  newRequest,
  type PacketHook,
  type RequestPlan,
  type ServerInvite,
  type ServerTransaction,
  type SipRequest,
  type SipResponse,
  TcpTransport,
  type Transport,
  UdpTransport,
  Uri,
  UserAgent,
} from '../../src/sip/index.ts';
import { RtpEnd } from './rtp-end.ts';

export interface PhoneOptions {
  readonly server: number;
  readonly user: string;
  readonly password?: string;
  readonly protocol?: 'udp' | 'tcp';
  /** Local address; default 127.0.0.1. */
  readonly address?: string;
  /** The name that credentials are sent under; default `user`. */
  readonly authUser?: string;
  /** Names the phone's own address in its requests; default its socket. */
  readonly claims?: { readonly host: string; readonly port: number };
}

export interface CallOptions {
  readonly codecs?: readonly string[];
  /** Port that the SDP names, whatever the phone's is. */
  readonly announcedPort?: number;
  readonly headers?: HeaderList;
  /** Request-URI; default the extension at the server. */
  readonly uri?: string;
  /** Leaves the offer to the server. */
  readonly withoutOffer?: boolean;
}

/** A SIP phone on this project's own stack, with RTP of its own. */
export class Phone {
  readonly agent: UserAgent;
  readonly #options: PhoneOptions;
  readonly #transport: Transport;
  readonly #calls: PhoneCall[] = [];
  readonly #received: ReceivedCall[] = [];
  readonly #waiting: ((call: ReceivedCall) => void)[] = [];
  /** What it answers a call with, when not 486 but nothing at all is wanted: `nextCall` then has it. */
  busy = true;
  readonly #callId = `phone-${Math.random().toString(36).slice(2)}`;
  #cseq = 0;

  private constructor(options: PhoneOptions, transport: Transport) {
    this.#options = options;
    this.#transport = transport;
    const { claims } = options;
    this.agent = new UserAgent({
      clock: systemClock,
      logger: silentLogger,
      onRequest: (_request: SipRequest, transaction: ServerTransaction) => transaction.reply(200),
      onInvite: (invite) => void this.#ringing(invite),
      ...(claims === undefined ? {} : { advertise: () => claims }),
    });
    this.agent.addTransport(transport);
  }

  static async open(options: PhoneOptions): Promise<Phone> {
    const at = { address: options.address ?? '127.0.0.1', port: 0 };
    const tcp = options.protocol === 'tcp';
    return new Phone(options, tcp ? await TcpTransport.open(at) : await UdpTransport.open(at));
  }

  get port(): number {
    return this.#transport.localPort;
  }

  /** Hears every packet of the phone. */
  set onPacket(hook: PacketHook) {
    this.agent.onPacket = hook;
  }

  get contact(): string {
    const tcp = this.#options.protocol === 'tcp' ? ';transport=tcp' : '';
    const { host, port } = this.#options.claims ?? {
      host: this.#transport.localAddress,
      port: this.port,
    };
    return `sip:${this.#options.user}@${host}:${port}${tcp}`;
  }

  /** A request from this phone to a user of the server, or to the server itself. */
  request(
    method: string,
    user: string | undefined,
    options: { headers?: HeaderList; body?: string; contentType?: string; toUser?: string } = {},
  ): SipRequest {
    const { server, protocol } = this.#options;
    const at = `127.0.0.1:${server}`;
    const transport = protocol === 'tcp' ? ';transport=tcp' : '';
    const uri = `sip:${user === undefined ? '' : `${user}@`}${at}${transport}`;
    const to = options.toUser ?? user;
    // Ten apart: credentials take the number after.
    this.#cseq += 10;
    return newRequest({
      method,
      uri,
      from: `<sip:${this.#options.user}@${at}>`,
      to: `<sip:${to === undefined ? '' : `${to}@`}${at}>`,
      cseq: this.#cseq,
      ...(options.headers === undefined ? {} : { headers: options.headers }),
      ...(options.body === undefined ? {} : { body: options.body }),
      ...(options.contentType === undefined ? {} : { contentType: options.contentType }),
    });
  }

  get plan(): RequestPlan {
    const { password, authUser, user } = this.#options;
    if (password === undefined) return {};
    const accounts = [{ username: authUser ?? user, secret: { password } }];
    return { authenticate: (request, response) => answerChallenge(request, response, accounts) };
  }

  send(request: SipRequest): Promise<SipResponse> {
    return this.agent.request(request, this.plan);
  }

  /** REGISTER, digest answered; `contacts` are whole header values. */
  register(
    expires = 120,
    contacts: readonly string[] = [`<${this.contact}>`],
    headers: HeaderList = [],
  ): Promise<SipResponse> {
    const request = this.request('REGISTER', undefined, {
      toUser: this.#options.user,
      headers: [
        ...contacts.map((each) => ['Contact', each] as const),
        ['Expires', String(expires)],
        ...headers,
      ],
    });
    request.set('Call-ID', this.#callId);
    return this.send(request);
  }

  async call(exten: string, options: CallOptions = {}): Promise<PhoneCall> {
    const rtp = await RtpEnd.open();
    const local: LocalMedia = {
      address: '127.0.0.1',
      port: options.announcedPort ?? rtp.port,
      codecs: options.codecs ?? ['ulaw'],
      sessionId: '1',
      sessionVersion: '1',
    };
    const request = this.request('INVITE', exten, {
      headers: [['Contact', `<${this.contact}>`], ...(options.headers ?? [])],
      ...(options.withoutOffer === true
        ? {}
        : { body: serializeSdp(makeOffer(local)), contentType: 'application/sdp' }),
    });
    if (options.uri !== undefined) request.uri = options.uri;
    const call = new PhoneCall(this.agent, this.agent.invite({ request, ...this.plan }), rtp, local);
    this.#calls.push(call);
    return call;
  }

  async #ringing(invite: ServerInvite): Promise<void> {
    if (this.busy) {
      invite.reject(486);
      return;
    }
    const call = new ReceivedCall(invite, await RtpEnd.open());
    this.#received.push(call);
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting(call);
    else this.#unclaimed.push(call);
  }

  readonly #unclaimed: ReceivedCall[] = [];

  /** The next call that comes in, to be answered or not. */
  nextCall(): Promise<ReceivedCall> {
    this.busy = false;
    const call = this.#unclaimed.shift();
    return call === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(call);
  }

  /** Hangs up and lets go of the call's sockets. */
  drop(call: PhoneCall): void {
    call.invite.hangup();
    call.rtp.close();
    this.#calls.splice(this.#calls.indexOf(call), 1);
  }

  /** Ends every call that still stands. */
  hangUp(): void {
    for (const call of [...this.#calls, ...this.#received]) call.invite.hangup();
  }

  async close(): Promise<void> {
    for (const call of [...this.#calls, ...this.#received]) call.rtp.close();
    await this.agent.close();
  }
}

/** One call of a phone: what came of it, its audio, and what a user does with it. */
export class PhoneCall {
  readonly agent: UserAgent;
  readonly invite: ClientInvite;
  readonly rtp: RtpEnd;
  readonly provisional: SipResponse[] = [];
  /** The 200; fails with the status that refused the call. */
  readonly answered: Promise<SipResponse>;
  readonly ended: Promise<EndCause>;
  #local: LocalMedia;
  #version = 1;

  constructor(agent: UserAgent, invite: ClientInvite, rtp: RtpEnd, local: LocalMedia) {
    this.agent = agent;
    this.invite = invite;
    this.rtp = rtp;
    this.#local = local;
    this.answered = new Promise((resolve, reject) => {
      invite.events.on('answered', (response) => {
        this.#take(response);
        resolve(response);
      });
      invite.events.on('refused', (response) => {
        this.refusal = response;
        reject(new Error(String(response.status)));
      });
    });
    this.answered.catch(() => {});
    this.ended = new Promise((resolve) => invite.events.on('ended', resolve));
    invite.events.on('provisional', (response) => this.provisional.push(response));
  }

  /** What it was refused with. */
  refusal: SipResponse | undefined;
  /** Payload types of the answer, as its m= line has them. */
  formats: readonly string[] = [];
  direction = '';
  dtmf = 101;

  /** Learns from an answer, or answers an offer of the server in the ACK. */
  #take(response: SipResponse): void {
    const description = parseSdp(response.body.toString());
    const [audio] = description.media;
    if (audio === undefined) throw new Error('no stream in the answer');
    const { address } = audio.connection ?? description.connection ?? { address: '' };
    this.rtp.remote = { address, port: audio.port };
    this.formats = audio.formats;
    this.direction =
      ['sendrecv', 'sendonly', 'recvonly', 'inactive'].find(
        (each) => attribute(audio.attributes, each) !== undefined,
      ) ?? 'sendrecv';
    if (this.invite.request.body.length === 0)
      this.invite.ack(serializeSdp(makeOffer(this.#local)), 'application/sdp');
  }

  /** A re-INVITE without an offer; the ACK carries the answer, which names this port. */
  async inviteForOffer(port: number): Promise<SipResponse> {
    const { agent, invite } = this;
    const { dialog } = invite;
    if (dialog === undefined) throw new Error('no call');
    const request = dialog.request('INVITE', { headers: [['Contact', invite.request.get('Contact') ?? '']] });
    const response = await new Promise<SipResponse>((resolve, reject) =>
      agent.dispatch(
        request,
        {},
        {
          response: (each) => each.status >= 200 && resolve(each),
          failed: (kind) => reject(new Error(kind)),
        },
      ),
    );
    const body = serializeSdp(makeOffer({ ...this.#local, port, sessionVersion: String(++this.#version) }));
    agent.sendStateless(dialog.ack(request.cseq.number, { body, contentType: 'application/sdp' }), {});
    return response;
  }

  /** A new offer in a re-INVITE or UPDATE, with this direction seen from the phone. */
  async offer(
    direction: 'sendrecv' | 'sendonly' | 'inactive',
    method: 'INVITE' | 'UPDATE' = 'INVITE',
  ): Promise<SipResponse> {
    this.#local = { ...this.#local, direction, sessionVersion: String(++this.#version) };
    const offer = makeOffer(this.#local);
    const body = serializeSdp(offer);
    const response =
      method === 'INVITE'
        ? await this.invite.reinvite(body)
        : await this.invite.send('UPDATE', { body, contentType: 'application/sdp' });
    if (response.status === 200) {
      const result = acceptAnswer(offer, parseSdp(response.body.toString()));
      if (result.kind !== 'accepted') throw new Error(result.reason);
      this.#take(response);
    }
    return response;
  }
}

/** A call that came to a phone: what was asked, and what a user does with it. */
export class ReceivedCall {
  readonly invite: ServerInvite;
  readonly rtp: RtpEnd;
  readonly ended: Promise<EndCause>;
  readonly acknowledged: Promise<SipRequest>;
  /** Payload types of the offer. */
  readonly formats: readonly string[];
  readonly #offer: SessionDescription;
  #version = 1;

  constructor(invite: ServerInvite, rtp: RtpEnd) {
    this.invite = invite;
    this.rtp = rtp;
    this.ended = new Promise((resolve) => invite.events.on('ended', resolve));
    this.acknowledged = new Promise((resolve) => invite.events.on('acknowledged', resolve));
    this.#offer = parseSdp(invite.request.body.toString());
    const [audio] = this.#offer.media;
    const { address } = audio?.connection ?? this.#offer.connection ?? { address: '' };
    this.formats = audio?.formats ?? [];
    rtp.remote = { address, port: audio?.port ?? 0 };
  }

  #description(): string {
    const result = makeAnswer(this.#offer, {
      address: '127.0.0.1',
      port: this.rtp.port,
      codecs: ['ulaw'],
      sessionId: '1',
      sessionVersion: '1',
    });
    if (result.kind !== 'answer') throw new Error(result.reason);
    return serializeSdp(result.answer);
  }

  ring(): void {
    this.invite.progress(180);
  }

  /** Audio before the answer. */
  progress(): void {
    this.invite.progress(183, undefined, this.#description());
  }

  answer(headers: HeaderList = []): void {
    this.invite.answer(this.#description(), { headers });
  }

  /** A new offer of the phone, with this direction seen from it. */
  offer(direction: 'sendrecv' | 'sendonly'): Promise<SipResponse> {
    const offer = makeOffer({
      address: '127.0.0.1',
      port: this.rtp.port,
      codecs: ['ulaw'],
      sessionId: '1',
      sessionVersion: String(++this.#version),
      direction,
    });
    return this.invite.reinvite(serializeSdp(offer));
  }
}

/** The URI of a header value between angle brackets. */
export function uriOf(value: string): Uri {
  return Uri.parse(value.slice(value.indexOf('<') + 1, value.indexOf('>')));
}
