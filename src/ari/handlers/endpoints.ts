import { AsterismError } from '../../errors/index.ts';
import { endpointJson } from '../events.ts';
import { type Handler, json } from '../operation.ts';
import type { AriPorts } from './ports.ts';

/** `/endpoints`, as far as they are only looked at. */
export function endpointsHandlers(ports: AriPorts): Record<string, Handler> {
  const { endpoints } = ports.switch;
  return {
    'endpoints.list': () => json([...endpoints.all()].map(endpointJson)),
    'endpoints.listByTech': (call) => {
      const technology = call.path('tech');
      if (!endpoints.technologies().includes(technology)) {
        throw new AsterismError('TECHNOLOGY_NOT_FOUND', { args: { technology } });
      }
      return json([...endpoints.all(technology)].map(endpointJson));
    },
    'endpoints.get': (call) => {
      const endpoint = endpoints.get(call.path('tech'), call.path('resource'));
      if (endpoint === undefined) throw new AsterismError('ENDPOINT_NOT_FOUND');
      return json(endpointJson(endpoint));
    },
  };
}
