import type { Logger } from '../../log/index.ts';
import {
  answerChallenge,
  type HeaderList,
  NameAddr,
  SipParseError,
  type SipResponse,
  type Transport,
  type UserAgent,
} from '../../sip/index.ts';
import { type Sorcery, type SorceryObject, StoreError } from '../../sorcery/index.ts';
import type { Channel } from '../../switch/index.ts';
import { outboundAccounts } from '../authentication.ts';
import { Call } from '../call.ts';
import { type ContactEntry, contactsOf } from '../contact-list.ts';
import { contactRequest } from '../contact-request.ts';
import type { GlobalSettings } from '../settings.ts';
import { type NotifyField, notifyContent } from './fields.ts';

export interface NotifierOptions {
  readonly sorcery: Sorcery;
  readonly settings: GlobalSettings;
  readonly agent: Pick<UserAgent, 'request' | 'resolve' | 'localAddress'>;
  /** The transport of this name; undefined for one that does not listen. */
  readonly transport: (name: string) => Transport | undefined;
  readonly log: Logger;
}

/** No subscription stands behind these: each is the last one of its own (RFC 6665 §4.1.3). */
const STATE = ['Subscription-State', 'terminated'] as const;

/** Sends NOTIFY that nobody subscribed to: to the contacts of an endpoint, to a URI, or inside of a call. */
export class Notifier {
  readonly #options: NotifierOptions;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** To every contact of an endpoint; the log tells of those that could not be told. */
  endpoint(endpoint: SorceryObject, fields: readonly NotifyField[]): void {
    this.#try(endpoint.id, this.#endpoint(endpoint, fields));
  }

  async #endpoint(endpoint: SorceryObject, fields: readonly NotifyField[]): Promise<void> {
    const { sorcery } = this.#options;
    const found = await sorcery.settle(() =>
      endpoint.list('aors').flatMap((id) => {
        const aor = sorcery.get('aor', id);
        return aor === undefined ? [] : contactsOf(sorcery, aor).map((contact) => ({ aor, contact }));
      }),
    );
    if (found.length === 0) this.#options.log.warning(`NOTIFY to '${endpoint.id}': it has no contact`);
    for (const { aor, contact } of found)
      this.#try(contact.uri, this.#send(contact.uri, endpoint, routeTo(contact, aor, endpoint), fields));
  }

  /** To a URI, as the endpoint that `default_outbound_endpoint` of `global` names. */
  uri(uri: string, fields: readonly NotifyField[]): void {
    this.#try(uri, this.#uri(uri, fields));
  }

  async #uri(text: string, fields: readonly NotifyField[]): Promise<void> {
    const { sorcery, settings, log } = this.#options;
    const name = settings.text('default_outbound_endpoint');
    const endpoint = await sorcery.find('endpoint', name);
    if (endpoint === undefined) {
      log.error(`NOTIFY to '${text}': there is no endpoint '${name}' to send it as`);
      return;
    }
    const uri = NameAddr.parse(text).uri.toString();
    await this.#send(uri, endpoint, [endpoint.get('outbound_proxy')], fields);
  }

  /** Inside of a call. False when the channel is none of SIP. */
  channel(channel: Channel, fields: readonly NotifyField[]): boolean {
    const { driver } = channel;
    if (!(driver instanceof Call)) return false;
    const { headers, body, contentType } = notifyContent(fields);
    const sent = driver.request('NOTIFY', {
      // The dialog has its own.
      headers: [STATE, ...headers.filter(([name]) => name.toLowerCase() !== 'max-forwards')],
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
    });
    this.#try(
      channel.name,
      sent.then((response) => this.#report(channel.name, response)),
    );
    return true;
  }

  #try(to: string, work: Promise<void>): void {
    work.catch((error) => {
      // The store has told the log, once.
      if (error instanceof StoreError) return;
      const what = error instanceof SipParseError ? 'is no URI' : (error as Error).message;
      this.#options.log.error(`NOTIFY to '${to}': ${what}`);
    });
  }

  async #send(
    uri: string,
    endpoint: SorceryObject,
    route: readonly string[],
    fields: readonly NotifyField[],
  ): Promise<void> {
    const { sorcery, agent, settings } = this.#options;
    const { headers, body, contentType } = notifyContent(fields);
    const isHops = ([name]: HeaderList[number]) => name.toLowerCase() === 'max-forwards';
    const made = await contactRequest(agent, settings, {
      method: 'NOTIFY',
      uri,
      endpoint,
      route,
      headers: [STATE, ...headers.filter((each) => !isHops(each))],
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
      transport: this.#options.transport(endpoint.get('transport')),
    });
    if (made === undefined) {
      this.#options.log.warning(`NOTIFY to '${uri}': no transport leads there`);
      return;
    }
    const { request, flow } = made;
    for (const [name, value] of headers.filter(isHops)) request.set(name, value);
    const accounts = await sorcery.settle(() => outboundAccounts(sorcery, endpoint.list('outbound_auth')));
    const response = await agent.request(request, {
      flow,
      authenticate: (refused, challenge) => answerChallenge(refused, challenge, accounts),
    });
    this.#report(uri, response);
  }

  #report(to: string, { status, reason }: SipResponse): void {
    if (status >= 300) this.#options.log.notice(`NOTIFY to '${to}' was answered with ${status} ${reason}`);
  }
}

/** Proxies and the Path of a registration, first hop first. */
function routeTo({ object }: ContactEntry, aor: SorceryObject, endpoint: SorceryObject): string[] {
  const proxy = object?.get('outbound_proxy') || aor.get('outbound_proxy') || endpoint.get('outbound_proxy');
  return [proxy, ...(object?.get('path').split(',') ?? [])];
}
