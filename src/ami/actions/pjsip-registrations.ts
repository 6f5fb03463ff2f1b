import type { RegistrationsPort } from '../../pjsip/index.ts';
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
import { objectHeaders } from './pjsip.ts';

const CLASSES = maskOf('system', 'reporting');
const MODULE = 'res_pjsip_outbound_registration';
/** What stands for every registration. */
const ALL = '*all';

function list({ ports }: ActionCall): Reply {
  const { sorcery, pjsip } = ports;
  let registered = 0;
  let others = 0;
  function* items(): Iterable<ListItem> {
    for (const object of sorcery.all('registration')) {
      const { status = 'Unregistered', dueIn = 0 } = pjsip.registrations.state(object.id) ?? {};
      const isRegistered = status === 'Registered';
      if (isRegistered) registered++;
      else others++;
      // What is not registered is not registered again: clients know 0 there.
      const next = isRegistered ? Math.max(0, dueIn) : 0;
      yield {
        name: 'OutboundRegistrationDetail',
        headers: [...objectHeaders(object), ['Status', status], ['NextReg', String(next)]],
      };
      for (const id of object.list('outbound_auth')) {
        const auth = sorcery.get('auth', id);
        if (auth !== undefined) yield { name: 'AuthDetail', headers: objectHeaders(auth), uncounted: true };
      }
    }
  }
  return {
    kind: 'list',
    message: 'Following are Events for each Outbound registration',
    items: items(),
    complete: 'OutboundRegistrationDetailComplete',
    summary: () => [
      ['Registered', String(registered)],
      ['NotRegistered', String(others)],
    ],
  };
}

/** Tells one registration something, or all of them. */
function tell(
  { text, ports }: ActionCall,
  all: (registrations: RegistrationsPort) => string,
  one: (registrations: RegistrationsPort, id: string) => string | undefined,
): Reply {
  const id = text('Registration');
  if (id === '') return failure('Registration parameter missing.');
  const { registrations } = ports.pjsip;
  const told = id === ALL ? all(registrations) : one(registrations, id);
  return told === undefined ? failureWithLineFeed('Unable to retrieve registration entry') : success(told);
}

/** Registrations of this server at others. */
export const pjsipRegistrationActions: readonly AmiAction[] = [
  {
    name: 'PJSIPShowRegistrationsOutbound',
    looks: true,
    classes: CLASSES,
    synopsis: 'List registrations with others.',
    parameters: parameters('ActionID'),
    module: MODULE,
    run: list,
  },
  {
    name: 'PJSIPRegister',
    classes: CLASSES,
    synopsis: 'Take a registration with others back and make it anew.',
    parameters: parameters('ActionID', 'Registration!'),
    module: MODULE,
    run: (call) =>
      tell(
        call,
        (registrations) => {
          registrations.registerAll();
          return 'Reregistrations queued.';
        },
        (registrations, id) => (registrations.register(id) ? 'Reregistration sent' : undefined),
      ),
  },
  {
    name: 'PJSIPUnregister',
    classes: CLASSES,
    synopsis: 'Take a registration with others back.',
    parameters: parameters('ActionID', 'Registration!'),
    module: MODULE,
    run: (call) =>
      tell(
        call,
        (registrations) => {
          registrations.unregisterAll();
          return 'Unregistrations queued.';
        },
        (registrations, id) => (registrations.unregister(id) ? 'Unregistration sent' : undefined),
      ),
  },
];
