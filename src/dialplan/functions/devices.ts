import { type DeviceState, deviceStateNames, isDeviceState, type Switch } from '../../switch/index.ts';
import { extensionState, hintDevices } from '../plan/extension-state.ts';
import { argument, type FunctionCall, type FunctionDefinition, FunctionError } from './definition.ts';

/** Where AstDB keeps the states of devices that exist only by name, as the original does. */
export const CUSTOM_FAMILY = 'CustomDevstate';
export const CUSTOM_PREFIX = 'Custom:';

/** What was told of a device; of one that nothing was told of, what its technology knows of the endpoint. */
export function deviceState(owner: Switch, device: string): DeviceState {
  const told = owner.deviceStates.get(device);
  const slash = device.indexOf('/');
  if (told !== 'UNKNOWN' || slash < 0) return told;
  const technology = owner.endpoints.technology(device.slice(0, slash));
  if (technology === undefined) return told;
  const endpoint = owner.endpoints.get(technology, device.slice(slash + 1));
  if (endpoint === undefined) return 'INVALID';
  if (endpoint.channelIds.length > 0) return 'INUSE';
  return endpoint.state === 'online' ? 'NOT_INUSE' : endpoint.state === 'offline' ? 'UNAVAILABLE' : told;
}

async function setDevice(call: FunctionCall, value: string): Promise<void> {
  if (!call.text.startsWith(CUSTOM_PREFIX))
    throw new FunctionError(`DEVICE_STATE: only devices that begin with ${CUSTOM_PREFIX} can be set`);
  const state = value.trim().toUpperCase();
  if (!isDeviceState(state))
    throw new FunctionError(`DEVICE_STATE: '${value}' is none of ${deviceStateNames.join(', ')}`);
  await call.services.database?.put(CUSTOM_FAMILY, call.text.slice(CUSTOM_PREFIX.length), state);
  call.services.switch.deviceStates.set(call.text, state);
}

/** What EXTENSION_STATE() calls the states of an extension, by their number. */
const EXTENSION_STATES: ReadonlyMap<number, string> = new Map([
  [0, 'NOT_INUSE'],
  [1, 'INUSE'],
  [2, 'BUSY'],
  [4, 'UNAVAILABLE'],
  [8, 'RINGING'],
  [9, 'RINGINUSE'],
  [16, 'ONHOLD'],
  [17, 'HOLDINUSE'],
]);

function readExtension(call: FunctionCall): string {
  const [exten = '', context = 'default'] = call.text.split('@');
  const hint = call.services.hint(context, exten);
  if (hint === undefined) return 'UNKNOWN';
  const devices = hintDevices(hint.device).map((each) => deviceState(call.services.switch, each));
  return EXTENSION_STATES.get(extensionState(devices).status) ?? 'UNKNOWN';
}

/** Functions of func_devstate and func_extstate. */
export const deviceFunctions: readonly FunctionDefinition[] = [
  {
    name: 'DEVICE_STATE',
    module: 'func_devstate',
    summary: `Gives the state of a device, or sets that of a device named ${CUSTOM_PREFIX} and more.`,
    arguments: [{ name: 'device', required: true }],
    read: (call) => deviceState(call.services.switch, call.text),
    write: setDevice,
  },
  {
    name: 'EXTENSION_STATE',
    module: 'func_extstate',
    summary: 'Gives the state of an extension that has a hint.',
    arguments: [{ name: 'extension', required: true }, { name: 'context' }],
    read: readExtension,
  },
  {
    name: 'HINT',
    module: 'func_devstate',
    summary: "Gives the devices, or with the option n the name, of an extension's hint.",
    arguments: [{ name: 'extension', required: true, separator: '@' }, { name: 'options' }],
    read: (call) => {
      const [exten = '', context] = argument(call, 0).split('@');
      const hint = call.services.hint(context ?? call.channel?.context ?? '', exten);
      return (argument(call, 1).includes('n') ? hint?.name : hint?.device) ?? '';
    },
  },
];
