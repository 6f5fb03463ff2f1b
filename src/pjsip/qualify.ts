import type { Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import { answerChallenge, newRequest, type SipResponse, Uri, type UserAgent } from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import { secretOf } from './authentication.ts';
import { type ContactEntry, contactsOf } from './contact-list.ts';

export interface QualifyOptions {
  readonly agent: UserAgent;
  readonly sorcery: Sorcery;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How one contact answered. */
export interface Qualified {
  readonly aor: string;
  readonly uri: string;
  readonly reachable: boolean;
  /** Milliseconds until the answer. */
  readonly rttMs: number;
}

/** Asks every contact of an endpoint with OPTIONS, once, and writes to the log how each has answered. */
export async function qualifyEndpoint(
  options: QualifyOptions,
  endpoint: SorceryObject,
): Promise<Qualified[]> {
  const asked: Promise<Qualified>[] = [];
  for (const id of endpoint.list('aors')) {
    const aor = options.sorcery.get('aor', id);
    if (aor === undefined) continue;
    for (const contact of contactsOf(options.sorcery, aor)) {
      asked.push(qualifyContact(options, endpoint, aor, contact));
    }
  }
  return Promise.all(asked);
}

async function qualifyContact(
  { agent, sorcery, clock, log }: QualifyOptions,
  endpoint: SorceryObject,
  aor: SorceryObject,
  contact: ContactEntry,
): Promise<Qualified> {
  const started = clock.now();
  const flow = await agent.resolve(Uri.parse(contact.uri));
  const user = endpoint.get('from_user') || endpoint.id;
  const host = endpoint.get('from_domain') || (flow === undefined ? 'invalid' : agent.localAddress(flow));
  const routes = [contact.object?.get('path') ?? '', aor.get('outbound_proxy')].filter((each) => each !== '');
  const response = await agent.request(
    newRequest({
      method: 'OPTIONS',
      uri: contact.uri,
      from: `<sip:${user}@${host}>`,
      route: routes,
      ...(flow === undefined ? {} : { contact: agent.contact(flow, user) }),
    }),
    {
      timeout: Math.max(1, Number(aor.get('qualify_timeout')) * 1000),
      ...(aor.is('authenticate_qualify')
        ? { authenticate: (request, asked) => answerChallenge(request, asked, accounts(sorcery, endpoint)) }
        : {}),
    },
  );
  const reachable = answers(response, aor);
  const rttMs = clock.now() - started;
  log.verbose(
    `Contact ${contact.aor}/${contact.uri} is ${reachable ? 'reachable' : 'not reachable'} (${response.status} after ${rttMs} ms)`,
  );
  return { aor: contact.aor, uri: contact.uri, reachable, rttMs };
}

/** Any answer of the far end will do, unless `qualify_2xx_only` asks for a good one. 408 and 503 are made here when none came. */
function answers(response: SipResponse, aor: SorceryObject): boolean {
  if (aor.is('qualify_2xx_only')) return response.status >= 200 && response.status < 300;
  return response.status !== 408 && response.status !== 503;
}

function accounts(sorcery: Sorcery, endpoint: SorceryObject) {
  return endpoint.list('outbound_auth').flatMap((id) => {
    const auth = sorcery.get('auth', id);
    const secret = auth === undefined ? undefined : secretOf(auth, 'MD5');
    if (auth === undefined || secret === undefined) return [];
    const realm = auth.get('realm');
    return [{ username: auth.get('username'), secret, ...(realm === '' ? {} : { realm }) }];
  });
}
