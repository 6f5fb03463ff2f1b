import { AsterismError } from '../../errors/index.ts';
import type { AppInfo } from '../../stasis/index.ts';
import { type Call, type Handler, json, noContent } from '../operation.ts';
import type { AriPorts } from './ports.ts';

/** An application as clients see it; event filters are not built yet, so the two lists are always empty. */
function appJson(app: AppInfo): object {
  return {
    name: app.name,
    channel_ids: app.channelIds,
    bridge_ids: [],
    endpoint_ids: app.endpointIds,
    device_names: app.deviceNames,
    events_allowed: [],
    events_disallowed: [],
  };
}

type Source = { readonly kind: 'channel' | 'endpoint' | 'device' | 'bridge'; readonly id: string };

function parseSource(text: string): Source {
  const colon = text.indexOf(':');
  const scheme = colon < 0 ? '' : text.slice(0, colon);
  const id = text.slice(colon + 1);
  if (scheme === 'channel' || scheme === 'endpoint' || scheme === 'bridge') return { kind: scheme, id };
  if (scheme === 'deviceState') return { kind: 'device', id };
  throw new AsterismError('EVENT_SOURCE_INVALID', {
    field: 'eventSource',
    detail: `'${text}' is no event source`,
    hint: 'Use channel:<id>, endpoint:<technology>/<name> or deviceState:<device>.',
  });
}

/** `/applications` and their subscriptions. */
export function applicationsHandlers(ports: AriPorts): Record<string, Handler> {
  const { stasis } = ports;
  const name = (call: Call): string => {
    const wanted = call.path('applicationName');
    if (!stasis.has(wanted)) throw new AsterismError('APPLICATION_NOT_FOUND');
    return wanted;
  };
  const show = (app: string) => {
    const info = stasis.info(app);
    if (info === undefined) throw new AsterismError('APPLICATION_NOT_FOUND');
    return json(appJson(info));
  };
  const sources = (call: Call): Source[] => {
    if (call.text('eventSource') === undefined && call.list('eventSource').length === 0) {
      throw new AsterismError('PARAMETER_MISSING', { args: { field: 'eventSource' }, field: 'eventSource' });
    }
    return call.list('eventSource').map(parseSource);
  };
  /** Whether there is something to hear of: only devices may be subscribed to before they exist. */
  const exists = ({ kind, id }: Source): boolean => {
    if (kind === 'device' || (id === '' && kind !== 'bridge')) return true;
    if (kind === 'channel') return ports.switch.get(id) !== undefined;
    if (kind === 'bridge') return false;
    const slash = id.indexOf('/');
    if (slash < 0) return ports.switch.endpoints.technology(id) !== undefined;
    return ports.switch.endpoints.get(id.slice(0, slash), id.slice(slash + 1)) !== undefined;
  };
  return {
    'applications.list': () => json([...stasis.list()].map(appJson)),
    'applications.get': (call) => show(name(call)),
    'applications.subscribe': (call) => {
      const app = name(call);
      const wanted = sources(call);
      if (!wanted.every(exists)) throw new AsterismError('EVENT_SOURCE_UNKNOWN', { field: 'eventSource' });
      for (const { kind, id } of wanted) if (kind !== 'bridge') stasis.subscribe(app, kind, id);
      return show(app);
    },
    'applications.unsubscribe': (call) => {
      const app = name(call);
      const wanted = sources(call);
      // A device that nobody subscribed to is no mistake: the original answers 200.
      const known = ({ kind, id }: Source) =>
        kind === 'device' || (kind !== 'bridge' && stasis.subscribed(app, kind, id));
      if (!wanted.every(known))
        throw new AsterismError('EVENT_SOURCE_NOT_SUBSCRIBED', { field: 'eventSource' });
      for (const { kind, id } of wanted) if (kind !== 'bridge') stasis.unsubscribe(app, kind, id);
      return show(app);
    },
    'events.userEvent': (call) => {
      const app = call.text('application');
      if (app === undefined || app === '') {
        throw new AsterismError('PARAMETER_MISSING', {
          args: { field: 'application' },
          field: 'application',
        });
      }
      if (!stasis.has(app)) throw new AsterismError('APPLICATION_NOT_FOUND');
      const variables = call.request.body?.variables;
      const headers: [string, string][] =
        typeof variables === 'object' && variables !== null
          ? Object.entries(variables).map(([key, value]) => [
              key,
              typeof value === 'string' ? value : JSON.stringify(value),
            ])
          : [];
      stasis.tell(app, {
        kind: 'ChannelUserevent',
        channel: undefined,
        name: call.path('eventName'),
        headers,
      });
      return noContent;
    },
  };
}
