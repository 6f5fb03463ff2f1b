import { AsterismError } from '../../errors/index.ts';
import { MessageError } from '../../switch/index.ts';
import { endpointJson } from '../events.ts';
import { type AriAnswer, type Call, type Handler, json } from '../operation.ts';
import type { AriPorts } from './ports.ts';

const accepted: AriAnswer = { status: 202, body: '' };

/** Headers of a message: the strings of `variables`. @throws {AsterismError} */
function messageVariables({ request }: Call): [string, string][] {
  const variables = request.body?.variables;
  if (variables === undefined) return [];
  if (typeof variables !== 'object' || variables === null) throw invalid('it is no object');
  return Object.entries(variables).map(([name, value]) => {
    if (typeof value !== 'string') throw invalid(`'${name}' is no string`);
    return [name, value];
  });
}

function invalid(detail: string): AsterismError {
  return new AsterismError('MESSAGE_VARIABLES_INVALID', { field: 'variables', detail });
}

/** `/endpoints`: looking at them, and sending them text messages. */
export function endpointsHandlers(ports: AriPorts): Record<string, Handler> {
  const { endpoints, messages } = ports.switch;
  const send = async (call: Call, destination: string): Promise<AriAnswer> => {
    const variables = messageVariables(call);
    try {
      await messages.send({
        destination,
        to: '',
        from: call.text('from') ?? '',
        body: call.text('body') ?? '',
        variables,
      });
      return accepted;
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      throw new AsterismError('ENDPOINT_NOT_FOUND', { detail: error.message });
    }
  };
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
    'endpoints.sendMessage': (call) => {
      const to = call.text('to') ?? '';
      if (to === '') throw new AsterismError('MESSAGE_TO_MISSING', { field: 'to' });
      return send(call, to);
    },
    'endpoints.sendMessageToEndpoint': (call) =>
      send(call, `${call.path('tech').toLowerCase()}:${call.path('resource')}`),
  };
}
