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

/** An action that tells one registration something, or all of them. */
function telling(entry: {
  readonly name: string;
  readonly synopsis: string;
  readonly all: (registrations: RegistrationsPort) => void;
  /** Answer when all were told. */
  readonly queued: string;
  /** False when there is no such registration. */
  readonly one: (registrations: RegistrationsPort, id: string) => boolean;
  /** Answer when one was told. */
  readonly sent: string;
}): AmiAction {
  return {
    name: entry.name,
    classes: CLASSES,
    synopsis: entry.synopsis,
    parameters: parameters('ActionID', 'Registration!'),
    module: MODULE,
    run: ({ text, ports }) => {
      const id = text('Registration');
      if (id === '') return failure('Registration parameter missing.');
      const { registrations } = ports.pjsip;
      if (id === ALL) {
        entry.all(registrations);
        return success(entry.queued);
      }
      return entry.one(registrations, id)
        ? success(entry.sent)
        : failureWithLineFeed('Unable to retrieve registration entry');
    },
  };
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
  telling({
    name: 'PJSIPRegister',
    synopsis: 'Take a registration with others back and make it anew.',
    all: (registrations) => registrations.registerAll(),
    queued: 'Reregistrations queued.',
    one: (registrations, id) => registrations.register(id),
    sent: 'Reregistration sent',
  }),
  telling({
    name: 'PJSIPUnregister',
    synopsis: 'Take a registration with others back.',
    all: (registrations) => registrations.unregisterAll(),
    queued: 'Unregistrations queued.',
    one: (registrations, id) => registrations.unregister(id),
    sent: 'Unregistration sent',
  }),
];
