import { type ActionCall, type AmiAction, failure, type ListItem, parameters, success } from '../action.ts';
import { maskOf } from '../classes.ts';
import { presenceHeaders } from '../events/switch-events.ts';
import type { Header } from '../packet.ts';
import type { AmiPorts } from '../ports.ts';

function* deviceItems({ switch: owner }: AmiPorts): Iterable<ListItem> {
  for (const [device, state] of owner.deviceStates.all()) {
    yield {
      name: 'DeviceStateChange',
      headers: [
        ['Device', device],
        ['State', state],
      ],
    };
  }
}

function* presenceItems({ switch: owner }: AmiPorts): Iterable<ListItem> {
  for (const [presentity, presence] of owner.presenceStates.all())
    yield {
      name: 'PresenceStateChange',
      headers: [['Presentity', presentity], ...presenceHeaders(presence)],
    };
}

function presenceState({ text, ports }: ActionCall) {
  const provider = text('Provider');
  if (provider === '') return failure('No provider specified');
  const presence = ports.switch.presenceStates.get(provider);
  if (presence === undefined) return failure(`Invalid provider ${provider} or provider in invalid state`);
  const { state, subtype, message } = presence;
  const headers: Header[] = [['State', state]];
  if (subtype !== '') headers.push(['Subtype', subtype]);
  // Told twice: one name is that of events, the other the one that came first.
  if (message !== '') headers.push(['Message', message], ['PresenceMessage', message]);
  return success('Presence State', ...headers);
}

/** Devices and presence. */
export const deviceActions: readonly AmiAction[] = [
  {
    name: 'DeviceStateList',
    classes: maskOf('call', 'reporting'),
    synopsis: 'List the states of all devices of which something was told.',
    parameters: parameters('ActionID'),
    module: 'manager',
    run: ({ ports }) => ({
      kind: 'list',
      message: 'Device State Changes will follow',
      items: deviceItems(ports),
      complete: 'DeviceStateListComplete',
    }),
  },
  {
    name: 'PresenceState',
    classes: maskOf('call', 'reporting'),
    synopsis: 'Tell the presence of somebody.',
    parameters: parameters('ActionID', 'Provider!'),
    module: 'manager',
    run: presenceState,
  },
  {
    name: 'PresenceStateList',
    classes: maskOf('call', 'reporting'),
    synopsis: 'List the presence of all of whom something was told.',
    parameters: parameters('ActionID'),
    module: 'res_manager_presencestate',
    run: ({ ports }) => ({
      kind: 'list',
      message: 'Presence State Changes will follow',
      items: presenceItems(ports),
      complete: 'PresenceStateListComplete',
    }),
  },
];
