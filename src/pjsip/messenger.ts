import type { Logger } from '../log/index.ts';
import {
  answerChallenge,
  type Flow,
  NameAddr,
  newRequest,
  SipParseError,
  type SipRequest,
  Uri,
  type UserAgent,
} from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import {
  MessageError,
  type OutgoingMessage,
  RequestError,
  type Switch,
  type Taken,
} from '../switch/index.ts';
import { isForeignHeader, isOneLine } from './foreign-headers.ts';
import { parseCallerId } from './objects/index.ts';
import type { Reachability } from './reachability.ts';
import type { GlobalSettings } from './settings.ts';
import { findTarget, parseUri, type Target } from './target.ts';
import type { Transports } from './transports.ts';

export interface MessengerOptions {
  readonly sorcery: Sorcery;
  readonly switch: Switch;
  readonly reachability: Reachability;
  readonly settings: GlobalSettings;
  readonly agent: Pick<UserAgent, 'request' | 'resolve' | 'localAddress'>;
  readonly transports: Pick<Transports, 'find'>;
  readonly log: Logger;
}

/** The name that destinations begin with: `pjsip:alice`. */
export const MESSAGE_TECHNOLOGY = 'pjsip';

const STATUS = { taken: 202, busy: 503, nobody: 404 } as const satisfies Record<Taken, number>;
const PLAIN_TEXT = 'text/plain';
/** What proves who somebody is concerns nobody but who checks it. */
const PROOFS: ReadonlySet<string> = new Set(['Authorization', 'Proxy-Authorization']);

/** MESSAGE outside of calls (RFC 3428), both ways. */
export class Messenger {
  readonly #options: MessengerOptions;

  constructor(options: MessengerOptions) {
    this.#options = options;
  }

  /**
   * Hands a message of an endpoint to whoever is there for it. Returns the status to answer with: nothing says yet whether
   * it is read, only that it was taken (RFC 3428 §7).
   */
  receive(request: SipRequest, { remote, transport }: Flow, endpoint: SorceryObject): 202 | 404 | 415 | 503 {
    if (mediaType(request.get('Content-Type')) !== PLAIN_TEXT) return 415;
    const { from, to } = request;
    const variables: [string, string][] = [
      ['PJSIP_RECVADDR', `${remote.address}:${remote.port}`],
      ['PJSIP_TRANSPORT', transport.protocol],
      ['PJSIP_ENDPOINT', parseCallerId(endpoint.get('callerid')).name || endpoint.id],
    ];
    request.names.forEach((name, at) => {
      if (!PROOFS.has(name)) variables.push([name, request.values[at] ?? '']);
    });
    const taken = this.#options.switch.messages.received(
      { technology: 'PJSIP', resource: endpoint.id },
      {
        to: `${MESSAGE_TECHNOLOGY}:${placeOf(to.uri)}`,
        from: String(new NameAddr(withoutPort(from.uri), undefined, from.displayName)),
        body: request.body.toString('utf8'),
        variables,
        context: endpoint.get('message_context') || endpoint.get('context'),
        exten: request.requestUri.user ?? 's',
      },
    );
    return STATUS[taken];
  }

  /** Sends to `alice`, `alice@anywhere`, `trunk/sip:bob@example.com` or, by the default endpoint, a URI. @throws {MessageError} */
  async send(message: OutgoingMessage, destination: string): Promise<void> {
    const { sorcery, agent, transports, log } = this.#options;
    try {
      const resource = this.#resource(destination);
      const target = await sorcery.settle(() => findTarget(this.#options, resource));
      const uri = parseUri(target.uri);
      const [hop] = target.route;
      const next = hop === undefined ? uri : NameAddr.parse(hop).uri;
      const flow = await agent.resolve(next, transports.find(target.endpoint.get('transport')));
      if (flow === undefined) throw new MessageError('destination', `no transport leads to ${target.uri}`);
      const request = this.#request(message, target, uri, flow);
      const { accounts } = target;
      agent
        .request(request, {
          flow,
          ...(accounts.length === 0
            ? {}
            : { authenticate: (sent, response) => answerChallenge(sent, response, accounts) }),
        })
        .then(({ status }) => {
          if (status >= 300) log.notice(`A message to ${destination} was refused with ${status}`);
        });
    } catch (error) {
      if (!(error instanceof RequestError || error instanceof SipParseError)) throw error;
      throw new MessageError('destination', error.message);
    }
  }

  /** What is to be looked up: the host of `alice@anywhere` says nothing, and a URI goes by the default endpoint. */
  #resource(destination: string): string {
    if (/^sips?:/i.test(destination))
      return `${this.#options.settings.text('default_outbound_endpoint')}/${destination}`;
    const at = destination.indexOf('@');
    return at < 0 || destination.includes('/') ? destination : destination.slice(0, at);
  }

  #request(message: OutgoingMessage, { endpoint, uri, route }: Target, parsed: Uri, flow: Flow): SipRequest {
    const local = this.#options.agent.localAddress(flow);
    const host = endpoint.get('from_domain') || (local.includes(':') ? `[${local}]` : local);
    const user = endpoint.get('from_user') || endpoint.id;
    const headers: [string, string][] = [];
    let contentType = PLAIN_TEXT;
    let hops: string | undefined;
    for (const [name, value] of message.variables) {
      if (!isForeignHeader(name, value)) continue;
      const lower = name.toLowerCase();
      if (lower === 'content-type') contentType = value;
      else if (lower === 'max-forwards') hops = oneLess(value);
      else headers.push([name, value]);
    }
    const request = newRequest({
      method: 'MESSAGE',
      uri,
      from: addressOf(message.from, host) ?? `<${Uri.of({ user, host })}>`,
      to: addressOf(message.to, host) ?? `<${withoutPort(parsed)}>`,
      route,
      headers,
      body: message.body,
      contentType,
    });
    return hops === undefined ? request : request.set('Max-Forwards', hops);
  }
}

/** A message that is sent on has one hop less to go (RFC 3261 §16.6). @throws {MessageError} it has gone far enough */
function oneLess(hops: string): string {
  const left = Number(hops) - 1;
  if (!(left >= 0)) throw new MessageError('destination', 'the message has gone through too many hops');
  return String(left);
}

/** Whom a text names: a URI, one with a name before it, or a user here; undefined for nobody, and for what is no address. */
function addressOf(text: string, host: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || !isOneLine(trimmed)) return undefined;
  try {
    if (!/sips?:/i.test(trimmed)) return `<${Uri.of({ user: trimmed, host })}>`;
    const { uri, displayName } = NameAddr.parse(trimmed);
    return String(new NameAddr(uri, undefined, displayName));
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error;
    return undefined;
  }
}

/** From and To name somebody, not where they are (RFC 3261 §19.1.1, table 1). */
function withoutPort({ scheme, user, host }: Uri): Uri {
  return Uri.of({ scheme, host, ...(user === undefined ? {} : { user }) });
}

function placeOf(uri: Uri): string {
  return String(withoutPort(uri)).slice(uri.scheme.length + 1);
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
