import type { SorceryObject } from '../../sorcery/index.ts';
import {
  type ActionCall,
  type AmiAction,
  failure,
  failureWithLineFeed,
  type ListItem,
  parameters,
  type Reply,
  success,
} from '../action.ts';
import { maskOf } from '../classes.ts';
import type { Header } from '../packet.ts';
import type { AmiContact, AmiPorts } from '../ports.ts';

const headerNames = new Map<string, string>();

/** `rpid_immediate` as `RpidImmediate`. */
function headerName(option: string): string {
  let name = headerNames.get(option);
  if (name === undefined) {
    name = option
      .split('_')
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
      .join('');
    headerNames.set(option, name);
  }
  return name;
}

/** An object's kind, name and options. */
export function* objectHeaders(object: SorceryObject): Iterable<Header> {
  yield ['ObjectType', object.type.name];
  yield ['ObjectName', object.id];
  for (const [name, value] of object.shown()) yield [headerName(name), value];
}

/** The same of an address of record, with its contacts, registered ones too, in place of its own option. */
function* aorHeaders(object: SorceryObject, contacts: readonly AmiContact[], name: string): Iterable<Header> {
  let told = false;
  for (const each of objectHeaders(object)) {
    if (each[0] !== 'Contact') yield each;
    else if (!told) {
      told = true;
      yield [name, contacts.map(({ aor, uri }) => `${aor}/${uri}`).join(',')];
    }
  }
}

function* aorsOf({ sorcery }: AmiPorts, endpoint: SorceryObject): Iterable<SorceryObject> {
  for (const id of endpoint.list('aors')) {
    const aor = sorcery.get('aor', id);
    if (aor !== undefined) yield aor;
  }
}

function contactText(contacts: readonly AmiContact[]): string {
  let text = '';
  for (const { aor, uri } of contacts) text += `${aor}/${uri},`;
  return text;
}

const zeroOne = (on: boolean) => (on ? '1' : '0');

function roundtrip({ roundtripUsec }: AmiContact): string {
  return roundtripUsec === undefined ? 'N/A' : String(roundtripUsec);
}

/** A contact and how it is reached. What a registered one does not say itself, its address of record says. */
function contactHeaders(contact: AmiContact, aor: SorceryObject, endpoint: SorceryObject): Header[] {
  const { object } = contact;
  const options = object ?? aor;
  const headers: Header[] = [
    ['AOR', contact.aor],
    ['URI', contact.uri],
    ['UserAgent', object?.get('user_agent') ?? ''],
    ['RegExpire', object?.get('expiration_time') ?? '0'],
  ];
  if (object !== undefined) {
    headers.push(
      ['ViaAddress', `${object.get('via_addr')}:${object.get('via_port')}`],
      ['CallID', object.get('call_id')],
    );
  }
  headers.push(
    ['Status', contact.status],
    ['RoundtripUsec', roundtrip(contact)],
    ['EndpointName', endpoint.id],
    ['ID', object?.id ?? `${contact.aor}@@${contact.hash}`],
    ['AuthenticateQualify', zeroOne(options.is('authenticate_qualify'))],
    ['OutboundProxy', options.get('outbound_proxy')],
    ['Path', object?.get('path') ?? ''],
    ['QualifyFrequency', options.get('qualify_frequency')],
    ['QualifyTimeout', options.number('qualify_timeout').toFixed(3)],
    ['Qualify2xxOnly', zeroOne(options.is('qualify_2xx_only'))],
  );
  return headers;
}

function* endpointItems(ports: AmiPorts): Iterable<ListItem> {
  for (const endpoint of ports.sorcery.all('endpoint')) {
    const contacts = contactsOf(ports, endpoint);
    yield {
      name: 'EndpointList',
      headers: [
        ['ObjectType', 'endpoint'],
        ['ObjectName', endpoint.id],
        ['Transport', endpoint.get('transport')],
        ['Aor', endpoint.get('aors')],
        ['Auths', endpoint.get('auth')],
        ['OutboundAuths', endpoint.get('outbound_auth')],
        ['Contacts', contactText(contacts)],
        ...stateHeaders(ports, endpoint, contacts),
      ],
    };
  }
}

function contactsOf(ports: AmiPorts, endpoint: SorceryObject): readonly AmiContact[] {
  const [first = NO_CONTACTS, ...more] = [...aorsOf(ports, endpoint)].map((aor) => ports.pjsip.contacts(aor));
  return more.length === 0 ? first : [...first, ...more.flat()];
}

const NO_CONTACTS: readonly AmiContact[] = [];

function stateHeaders(
  { pjsip, switch: owner }: AmiPorts,
  endpoint: SorceryObject,
  contacts: readonly AmiContact[],
): Header[] {
  return [
    ['DeviceState', pjsip.endpointState(endpoint, contacts)],
    ['ActiveChannels', String(owner.endpoints.channelIds('PJSIP', endpoint.id).length)],
  ];
}

/** An endpoint with every object that belongs to it. */
function* endpointDetails(ports: AmiPorts, endpoint: SorceryObject): Iterable<ListItem> {
  const { sorcery, pjsip } = ports;
  yield {
    name: 'EndpointDetail',
    headers: [...objectHeaders(endpoint), ...stateHeaders(ports, endpoint, contactsOf(ports, endpoint))],
  };
  const owned: Header = ['EndpointName', endpoint.id];
  for (const id of [...endpoint.list('auth'), ...endpoint.list('outbound_auth')]) {
    const auth = sorcery.get('auth', id);
    if (auth !== undefined) yield { name: 'AuthDetail', headers: [...objectHeaders(auth), owned] };
  }
  const contactItems: ListItem[] = [];
  for (const aor of aorsOf(ports, endpoint)) {
    const contacts = pjsip.contacts(aor);
    yield {
      name: 'AorDetail',
      headers: [
        ...aorHeaders(aor, contacts, 'Contacts'),
        ['TotalContacts', String(contacts.length)],
        ['ContactsRegistered', String(contacts.filter((each) => each.object !== undefined).length)],
        owned,
      ],
    };
    for (const each of contacts)
      contactItems.push({ name: 'ContactStatusDetail', headers: contactHeaders(each, aor, endpoint) });
  }
  const transport = sorcery.get('transport', endpoint.get('transport'));
  if (transport !== undefined)
    yield { name: 'TransportDetail', headers: [...objectHeaders(transport), owned] };
  yield* contactItems;
  for (const identify of sorcery.all('identify')) {
    if (identify.get('endpoint') !== endpoint.id) continue;
    yield { name: 'IdentifyDetail', headers: [...objectHeaders(identify), owned] };
  }
}

/** A listing that is a refusal when there is nothing to list. */
function listing(
  plural: string,
  event: string,
  items: Iterable<ListItem>,
  none = `No ${plural} found`,
): Reply {
  const iterator = items[Symbol.iterator]();
  const first = iterator.next();
  if (first.done === true) return failureWithLineFeed(none);
  return {
    kind: 'list',
    message: `A listing of ${plural} follows, presented as ${event} events`,
    items: andThen(first.value, iterator),
    complete: `${event}Complete`,
  };
}

function* andThen<T>(first: T, rest: Iterator<T>): Iterable<T> {
  yield first;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
}

/** Every endpoint with each of its addresses of record. */
function* endpointAors(ports: AmiPorts): Iterable<readonly [SorceryObject, SorceryObject]> {
  for (const endpoint of ports.sorcery.all('endpoint'))
    for (const aor of aorsOf(ports, endpoint)) yield [endpoint, aor];
}

function* inboundItems(ports: AmiPorts): Iterable<ListItem> {
  for (const [, aor] of endpointAors(ports)) {
    const contacts = ports.pjsip.contacts(aor);
    yield {
      name: 'InboundRegistrationDetail',
      headers: [...aorHeaders(aor, contacts, 'Contact'), ['Contacts', contactText(contacts)]],
    };
  }
}

function* inboundContacts(ports: AmiPorts): Iterable<ListItem> {
  for (const [endpoint, aor] of endpointAors(ports)) {
    for (const contact of ports.pjsip.contacts(aor))
      yield { name: 'ContactStatusDetail', headers: contactHeaders(contact, aor, endpoint) };
  }
}

function subscriptions({ ports }: ActionCall, direction: 'inbound' | 'outbound', event: string): Reply {
  function* items(): Iterable<ListItem> {
    for (const headers of ports.pjsip.subscriptions(direction)) yield { name: event, headers };
  }
  return {
    kind: 'list',
    message: `Following are Events for each ${direction} Subscription`,
    items: items(),
    complete: `${event}Complete`,
  };
}

function* itemsOf(ports: AmiPorts, type: string, name: string): Iterable<ListItem> {
  for (const object of ports.sorcery.all(type)) yield { name, headers: objectHeaders(object) };
}

function* aorItems(ports: AmiPorts): Iterable<ListItem> {
  for (const aor of ports.sorcery.all('aor'))
    yield { name: 'AorList', headers: aorHeaders(aor, ports.pjsip.contacts(aor), 'Contacts') };
}

function* contactItems(ports: AmiPorts): Iterable<ListItem> {
  const known = new Map<string, AmiContact>();
  for (const aor of ports.sorcery.all('aor'))
    for (const each of ports.pjsip.contacts(aor))
      if (each.object !== undefined) known.set(each.object.id, each);
  for (const object of ports.sorcery.all('contact')) {
    const contact = known.get(object.id);
    yield {
      name: 'ContactList',
      headers: [
        ...objectHeaders(object),
        ['Status', contact?.status ?? 'Unknown'],
        ['RoundtripUsec', contact === undefined ? 'N/A' : roundtrip(contact)],
      ],
    };
  }
}

const PJSIP = 'res_pjsip';
const SYSTEM = maskOf('system');
const REPORTING = maskOf('system', 'reporting');
const ID = parameters('ActionID');

/** SIP objects and what became of them. */
export const pjsipActions: readonly AmiAction[] = [
  {
    name: 'PJSIPShowEndpoints',
    looks: true,
    classes: SYSTEM,
    synopsis: 'List PJSIP endpoints.',
    parameters: ID,
    module: PJSIP,
    run: ({ ports }) => listing('Endpoints', 'EndpointList', endpointItems(ports), 'No endpoints found'),
  },
  {
    name: 'PJSIPShowEndpoint',
    looks: true,
    classes: SYSTEM,
    synopsis: 'Tell everything about one PJSIP endpoint and its objects.',
    parameters: parameters('ActionID', 'Endpoint!'),
    module: PJSIP,
    run: ({ text, ports }) => {
      const id = text('Endpoint');
      if (id === '') return failureWithLineFeed('PJSIPShowEndpoint requires an endpoint name');
      const endpoint = ports.sorcery.get('endpoint', id);
      if (endpoint === undefined) return failureWithLineFeed(`Unable to retrieve endpoint ${id}`);
      return {
        kind: 'list',
        message: 'Following are Events for each object associated with the Endpoint',
        items: endpointDetails(ports, endpoint),
        complete: 'EndpointDetailComplete',
      };
    },
  },
  {
    name: 'PJSIPShowAors',
    looks: true,
    classes: SYSTEM,
    synopsis: 'List PJSIP addresses of record.',
    parameters: ID,
    module: PJSIP,
    run: ({ ports }) => listing('AORs', 'AorList', aorItems(ports)),
  },
  {
    name: 'PJSIPShowAuths',
    looks: true,
    classes: SYSTEM,
    synopsis: 'List PJSIP credentials.',
    parameters: ID,
    module: PJSIP,
    run: ({ ports }) => listing('Auths', 'AuthList', itemsOf(ports, 'auth', 'AuthList')),
  },
  {
    name: 'PJSIPShowContacts',
    looks: true,
    classes: SYSTEM,
    synopsis: 'List PJSIP contacts that registered or were pushed.',
    parameters: ID,
    module: PJSIP,
    run: ({ ports }) => listing('Contacts', 'ContactList', contactItems(ports)),
  },
  {
    name: 'PJSIPShowResourceLists',
    looks: true,
    classes: SYSTEM,
    synopsis: 'List PJSIP resource lists.',
    parameters: ID,
    module: 'res_pjsip_pubsub',
    run: ({ ports }) =>
      listing('resource lists', 'ResourceListDetail', itemsOf(ports, 'resource_list', 'ResourceListDetail')),
  },
  {
    name: 'PJSIPShowRegistrationsInbound',
    looks: true,
    classes: SYSTEM,
    synopsis: 'List who may register, and who has.',
    parameters: ID,
    module: 'res_pjsip_registrar',
    run: ({ ports }) => ({
      kind: 'list',
      message: 'Following are Events for each Inbound registration',
      items: inboundItems(ports),
      complete: 'InboundRegistrationDetailComplete',
    }),
  },
  {
    name: 'PJSIPShowRegistrationInboundContactStatuses',
    looks: true,
    classes: SYSTEM,
    synopsis: 'List the contacts of all endpoints with their state.',
    parameters: ID,
    module: 'res_pjsip_registrar',
    run: ({ ports }) => ({
      kind: 'list',
      message: 'Following are ContactStatusEvents for each Inbound registration',
      items: inboundContacts(ports),
      complete: 'ContactStatusDetailComplete',
    }),
  },
  {
    name: 'PJSIPShowSubscriptionsInbound',
    looks: true,
    classes: SYSTEM,
    synopsis: 'List the subscriptions that others have here.',
    parameters: ID,
    module: 'res_pjsip_pubsub',
    run: (call) => subscriptions(call, 'inbound', 'InboundSubscriptionDetail'),
  },
  {
    name: 'PJSIPShowSubscriptionsOutbound',
    looks: true,
    classes: SYSTEM,
    synopsis: 'List the subscriptions made from here.',
    parameters: ID,
    module: 'res_pjsip_pubsub',
    run: (call) => subscriptions(call, 'outbound', 'OutboundSubscriptionDetail'),
  },
  {
    name: 'PJSIPQualify',
    classes: REPORTING,
    synopsis: 'Ask the contacts of an endpoint whether they are there.',
    parameters: parameters('ActionID', 'Endpoint!'),
    module: PJSIP,
    run: ({ text, ports }) => {
      const id = text('Endpoint');
      if (id === '') return failure('Endpoint parameter missing.');
      const endpoint = ports.sorcery.get('endpoint', id);
      if (endpoint === undefined) return failureWithLineFeed('Unable to retrieve endpoint');
      ports.pjsip.qualify(endpoint);
      return success('Endpoint found, will qualify');
    },
  },
];
