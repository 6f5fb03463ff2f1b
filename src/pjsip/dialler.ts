import type { Logger } from '../log/index.ts';
import { formatByName, type MediaEngine } from '../media/index.ts';
import type { Clock } from '../platform/index.ts';
import {
  answerChallenge,
  type Flow,
  type HeaderList,
  NameAddr,
  newCallId,
  newRequest,
  type SipRequest,
  Uri,
  type UserAgent,
} from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import {
  type Channel,
  type ChannelRequest,
  type ChannelTechnology,
  type Party,
  RequestError,
  type Switch,
} from '../switch/index.ts';
import { canOffer } from './call-audio.ts';
import { parseCallerId } from './objects/index.ts';
import { OutgoingCall } from './outgoing-call.ts';
import type { Reachability } from './reachability.ts';
import type { GlobalSettings } from './settings.ts';
import { findTarget, NO_ROUTE, parseUri, type Target } from './target.ts';
import type { Transports } from './transports.ts';

export interface DiallerOptions {
  readonly sorcery: Sorcery;
  readonly switch: Switch;
  readonly media: MediaEngine;
  readonly agent: UserAgent;
  readonly settings: GlobalSettings;
  readonly reachability: Reachability;
  readonly clock: Clock;
  readonly log: Logger;
  readonly running: (module: string) => boolean;
  readonly transports: Pick<Transports, 'find' | 'mediaAddress'>;
  /** Methods for Allow. */
  readonly allow: readonly string[];
}

/** Q.850. */
const SWITCH_CONGESTION = 42;
const NO_CIRCUIT = 34;
const BEARER_CAPABILITY = 58;

/** Calls endpoints of SIP: `alice`, `alice/sip:bob@example.com`, `alice/aor`, `100@trunk`. */
export class Dialler implements ChannelTechnology {
  readonly name = 'PJSIP';
  readonly #options: DiallerOptions;

  constructor(options: DiallerOptions) {
    this.#options = options;
  }

  async request(request: ChannelRequest): Promise<Channel> {
    const { sorcery, switch: owner, agent, running } = this.#options;
    if (!owner.accepting || !running('chan_pjsip') || !running('res_pjsip_sdp_rtp'))
      throw new RequestError(SWITCH_CONGESTION, 'no call can be made now');
    const target = await sorcery.settle(() => findTarget(this.#options, request.resource));
    // Names that are no format ask for nothing.
    const formats = request.formats.filter((each) => formatByName(each) !== undefined);
    if (!canOffer(target.endpoint, formats))
      throw new RequestError(BEARER_CAPABILITY, `${target.endpoint.id} may use no codec that can be offered`);
    const uri = parseUri(target.uri);
    const [hop] = target.route;
    // A transport that does not listen is none to insist on: the address may be reached by another.
    const wanted = this.#options.transports.find(target.endpoint.get('transport'));
    const flow = await agent.resolve(hop === undefined ? uri : NameAddr.parse(hop).uri, wanted);
    if (flow === undefined) throw new RequestError(NO_ROUTE, `no transport leads to ${hop ?? target.uri}`);
    return this.#create({ ...request, formats }, target, uri, flow);
  }

  async #create(request: ChannelRequest, target: Target, uri: Uri, flow: Flow): Promise<Channel> {
    const { switch: owner, media, log, clock, agent } = this.#options;
    const { endpoint, accounts } = target;
    const contact = agent.contact(flow, this.#contactUser(endpoint));
    const callId = newCallId();
    const call = new OutgoingCall({
      flow,
      endpoint,
      media,
      log,
      clock,
      agent,
      contact,
      protocolId: callId,
      mediaAddress: this.#options.transports.mediaAddress(flow),
      formats: request.formats,
      plan: { flow },
      authenticate:
        accounts.length === 0 ? undefined : (sent, response) => answerChallenge(sent, response, accounts),
      request: (channel) => this.#invite(channel, target, uri, flow, contact, callId),
    });
    if (!(await call.prepare(request.near?.driver.media?.leg)))
      throw new RequestError(NO_CIRCUIT, 'no media');
    // It may have been taken while media was opened.
    if (request.id !== undefined && owner.get(request.id) !== undefined) {
      await call.abandon();
      throw new RequestError(SWITCH_CONGESTION, `there is a channel '${request.id}'`);
    }
    const channel = owner.create({
      namePrefix: `PJSIP/${endpoint.id}`,
      technology: 'PJSIP',
      endpoint: endpoint.id,
      state: 'Down',
      driver: call,
      dialString: request.resource,
      location: { context: endpoint.get('context'), exten: 's', priority: 1 },
      caller: parseCallerId(endpoint.get('callerid')),
      accountCode: endpoint.get('accountcode'),
      tenantId: endpoint.get('tenantid'),
      ...(request.id === undefined ? {} : { id: request.id }),
      ...(endpoint.get('language') === '' ? {} : { language: endpoint.get('language') }),
    });
    call.attach(channel);
    setVariables(channel, endpoint);
    return channel;
  }

  #contactUser(endpoint: SorceryObject): string {
    return endpoint.get('contact_user') || endpoint.get('from_user') || this.#defaultUser;
  }

  get #defaultUser(): string {
    return this.#options.settings.text('default_from_user');
  }

  #invite(
    channel: Channel,
    { endpoint, uri: target, route }: Target,
    uri: Uri,
    flow: Flow,
    contact: string,
    callId: string,
  ): SipRequest {
    const local = this.#options.agent.localAddress(flow);
    const own = local.includes(':') ? `[${local}]` : local;
    const caller = channel.connected;
    const identity = this.#identity(endpoint, caller, own);
    const supported = endpoint.get('timers') === 'no' ? [] : [['Supported', 'timer'] as const];
    return newRequest({
      method: 'INVITE',
      uri: target,
      callId,
      from: this.#from(endpoint, caller, identity, own),
      to: `<${Uri.of({ ...(uri.user === undefined ? {} : { user: uri.user }), host: uri.host })}>`,
      contact,
      route,
      headers: [
        ['Allow', this.#options.allow.join(', ')],
        ...supported,
        ...identityHeaders(endpoint, identity),
      ],
    });
  }

  /** Who calls, as a header shows it; undefined when nobody is known. */
  #identity(endpoint: SorceryObject, caller: Party, host: string): NameAddr | undefined {
    if (caller.name === '' && caller.number === '') return undefined;
    const uri = Uri.of({ user: caller.number || this.#defaultUser, host });
    if (endpoint.is('user_eq_phone') && /^\+?\d+$/.test(caller.number)) uri.params.set('user', 'phone');
    return new NameAddr(uri, undefined, caller.name === '' ? undefined : caller.name);
  }

  /** From: as configured, else who calls, else nobody (RFC 3323 §4.1). */
  #from(endpoint: SorceryObject, caller: Party, identity: NameAddr | undefined, own: string): string {
    const user = endpoint.get('from_user');
    const domain = endpoint.get('from_domain');
    if (user !== '') return `<${Uri.of({ user, host: domain || own })}>`;
    if (identity === undefined)
      return domain === ''
        ? '"Anonymous" <sip:anonymous@anonymous.invalid>'
        : `"Anonymous" <${Uri.of({ user: 'anonymous', host: domain })}>`;
    return domain === '' ? String(identity) : String(this.#identity(endpoint, caller, domain) ?? identity);
  }
}

/** The same identity as a trusted far end wants it (RFC 3325), and as old ones do. */
function identityHeaders(endpoint: SorceryObject, identity: NameAddr | undefined): HeaderList {
  if (identity === undefined) return [];
  const headers: [string, string][] = [];
  if (endpoint.is('send_pai')) headers.push(['P-Asserted-Identity', String(identity)]);
  if (endpoint.is('send_rpid'))
    headers.push(['Remote-Party-ID', `${identity};party=calling;privacy=off;screen=no`]);
  return headers;
}

/** `set_var` lines become variables of every channel of an endpoint. */
export function setVariables(channel: Channel, endpoint: SorceryObject): void {
  for (const line of endpoint.get('set_var').split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) channel.setVariable(line.slice(0, equals), line.slice(equals + 1));
  }
}
