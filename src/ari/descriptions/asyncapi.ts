import { models } from '../models/index.ts';
import { eventsOperations } from '../operations/events.ts';
import { parameterDoc } from '../operations/parameter-docs.ts';
import { type DocumentContext, LICENSE, TITLE } from './document.ts';
import { type JsonSchema, messageNames, modelSchemas, typeSchema } from './json-schema.ts';

const VERSION = '3.0.0';
const CHANNEL = 'events';
/** What a client may send over the event socket. */
const REQUEST = 'RESTRequest';

/** The event socket as an AsyncAPI 3 document. */
export function asyncApi({ baseUrl, version }: DocumentContext): JsonSchema {
  const { protocol, host, pathname } = new URL(baseUrl);
  const incoming = messageNames();
  const refs = (names: readonly string[], at: string) => names.map((name) => ({ $ref: `#/${at}/${name}` }));
  const messages = [...incoming, REQUEST];
  return {
    asyncapi: VERSION,
    info: {
      title: `${TITLE}: events`,
      version,
      description: 'What comes over the WebSocket of an application, and the requests that may go back.',
      license: LICENSE,
    },
    defaultContentType: 'application/json',
    servers: {
      ari: {
        host,
        pathname,
        protocol: protocol === 'https:' ? 'wss' : 'ws',
        security: refs(['basic', 'apiKey'], 'components/securitySchemes'),
      },
    },
    channels: {
      [CHANNEL]: {
        address: '/events',
        messages: Object.fromEntries(
          messages.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: 'GET', query: query() } },
      },
    },
    operations: {
      receiveEvents: {
        action: 'receive',
        summary: 'Events of the applications that the socket listens for, and answers to its requests.',
        channel: { $ref: `#/channels/${CHANNEL}` },
        messages: refs(incoming, `channels/${CHANNEL}/messages`),
      },
      sendRequests: {
        action: 'send',
        summary: 'Operations of the REST interface, asked for over the socket.',
        channel: { $ref: `#/channels/${CHANNEL}` },
        messages: refs([REQUEST], `channels/${CHANNEL}/messages`),
        reply: {
          channel: { $ref: `#/channels/${CHANNEL}` },
          messages: refs(['RESTResponse'], `channels/${CHANNEL}/messages`),
        },
      },
    },
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        apiKey: {
          type: 'httpApiKey',
          in: 'query',
          name: 'api_key',
          description: 'user:password, or a token',
        },
      },
      messages: Object.fromEntries(
        messages.map((name) => [
          name,
          { name, summary: models[name]?.summary ?? '', payload: { $ref: `#/components/schemas/${name}` } },
        ]),
      ),
      schemas: modelSchemas(),
    },
  };
}

/** Parameters of the address that the socket is opened with. */
function query(): JsonSchema {
  const [socket] = eventsOperations;
  return {
    type: 'object',
    required: socket.parameters.filter((each) => 'required' in each).map((each) => each.name),
    properties: Object.fromEntries(
      socket.parameters.map((each) => [
        each.name,
        {
          ...typeSchema('multiple' in each ? 'string' : each.type),
          ...('values' in each && { enum: each.values }),
          description: parameterDoc('events', socket.id, each.name),
        },
      ]),
    ),
  };
}
