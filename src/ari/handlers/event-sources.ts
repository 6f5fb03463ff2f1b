import { AsterismError, type ErrorCode } from '../../errors/index.ts';
import type { Source } from '../../stasis/index.ts';
import type { Channel, EndpointSnapshot } from '../../switch/index.ts';
import type { AriPorts } from './ports.ts';

/** What a subscription or a user event is about; an empty id stands for all of the kind. */
export interface EventSource {
  readonly kind: Source;
  readonly id: string;
}

/** Reads `channel:<id>`, `endpoint:<technology>[/<name>]`, `deviceState:<device>`, `bridge:<id>`. @throws {AsterismError} */
export function parseEventSource(text: string, field: string): EventSource {
  const colon = text.indexOf(':');
  const scheme = colon < 0 ? '' : text.slice(0, colon);
  const id = text.slice(colon + 1);
  if (scheme === 'channel' || scheme === 'endpoint' || scheme === 'bridge') return { kind: scheme, id };
  if (scheme === 'deviceState') return { kind: 'device', id };
  throw invalidSource(text, field);
}

export function invalidSource(text: string, field: string): AsterismError {
  return new AsterismError('EVENT_SOURCE_INVALID', {
    field,
    detail: `'${text}' is no event source`,
    hint: 'Use channel:<id>, endpoint:<technology>/<name> or deviceState:<device>.',
  });
}

/** Whether there is something to hear of: only devices may be subscribed to before they exist. */
export function sourceExists(ports: AriPorts, { kind, id }: EventSource): boolean {
  if (kind === 'bridge') return id === '';
  if (kind === 'device' || id === '') return true;
  if (kind === 'channel') return ports.switch.get(id) !== undefined;
  const slash = id.indexOf('/');
  if (slash < 0) return ports.switch.endpoints.technology(id) !== undefined;
  return endpointOf(ports, id) !== undefined;
}

export function endpointOf(ports: AriPorts, id: string): EndpointSnapshot | undefined {
  const slash = id.indexOf('/');
  return slash < 0 ? undefined : ports.switch.endpoints.get(id.slice(0, slash), id.slice(slash + 1));
}

/** The channel and the endpoint that a user event names. @throws {AsterismError} */
export function userEventSubjects(
  ports: AriPorts,
  sources: readonly string[],
): { channel: Channel | undefined; endpoint?: EndpointSnapshot } {
  let channel: Channel | undefined;
  let endpoint: EndpointSnapshot | undefined;
  const missing: ErrorCode = 'USER_EVENT_SOURCE_NOT_FOUND';
  for (const text of sources) {
    const source = parseEventSource(text, 'source');
    if (source.kind === 'device') throw invalidSource(text, 'source');
    if (source.kind === 'channel') channel = ports.switch.get(source.id);
    if (source.kind === 'endpoint') endpoint = endpointOf(ports, source.id);
    const found = source.kind === 'channel' ? channel : source.kind === 'endpoint' ? endpoint : undefined;
    if (found === undefined)
      throw new AsterismError(missing, { field: 'source', detail: `'${text}' is not there` });
  }
  return { channel, ...(endpoint === undefined ? {} : { endpoint }) };
}
