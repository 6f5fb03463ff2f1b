import { AsterismError } from '../../errors/index.ts';
import { settableDeviceStates } from '../../switch/index.ts';
import { type Call, type Handler, json, noContent } from '../operation.ts';
import type { AriPorts } from './ports.ts';

/** Devices that clients of ARI may make up. */
const OWN_PREFIX = 'Stasis:';
/** `/deviceStates`: looking at any, setting those of one's own. */
export function deviceStatesHandlers(ports: AriPorts): Record<string, Handler> {
  const { deviceStates } = ports.switch;
  const own = (call: Call): string => {
    const name = call.path('deviceName');
    if (name.startsWith(OWN_PREFIX)) return name;
    throw new AsterismError('DEVICE_NOT_CONTROLLED', {
      field: 'deviceName',
      detail: `'${name}' belongs to somebody else`,
      hint: `Only names that begin with ${OWN_PREFIX} may be set.`,
    });
  };
  return {
    'deviceStates.list': () =>
      json(
        [...deviceStates.all()]
          .filter(([name]) => name.startsWith(OWN_PREFIX))
          .map(([name, state]) => ({ name, state })),
      ),
    'deviceStates.get': (call) => {
      const name = call.path('deviceName');
      // A name without a technology can be no device.
      const state = name.includes(':') || name.includes('/') ? deviceStates.get(name) : 'INVALID';
      return json({ name, state });
    },
    'deviceStates.update': (call) => {
      const name = own(call);
      const told = (call.text('deviceState') ?? '').toUpperCase();
      const state = settableDeviceStates.find((name) => name === told);
      if (state === undefined) {
        throw new AsterismError('DEVICE_STATE_INVALID', {
          field: 'deviceState',
          hint: `Accepted: ${settableDeviceStates.join(', ')}.`,
        });
      }
      deviceStates.set(name, state);
      return noContent;
    },
    'deviceStates.delete': (call) => {
      deviceStates.forget(own(call));
      return noContent;
    },
  };
}
