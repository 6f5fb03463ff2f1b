import { AsterismError } from '../../errors/index.ts';
import { refusal } from '../../security/index.ts';
import type { AppInfo, FilterEntry } from '../../stasis/index.ts';
import { type Call, type Handler, json, noContent } from '../operation.ts';
import { type EventSource, parseEventSource, sourceExists, userEventSubjects } from './event-sources.ts';
import type { AriPorts } from './ports.ts';

/** An application as clients see it. */
function appJson(app: AppInfo): object {
  return {
    name: app.name,
    channel_ids: app.channelIds,
    bridge_ids: app.bridgeIds,
    endpoint_ids: app.endpointIds,
    device_names: app.deviceNames,
    events_allowed: app.filter.allowed,
    events_disallowed: app.filter.disallowed,
  };
}

function missing(field: string): AsterismError {
  return new AsterismError('PARAMETER_MISSING', { args: { field }, field });
}

function isFilterEntry(value: unknown): value is FilterEntry {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** One of the two lists of an event filter; a list that is not given keeps what it was. */
function filterList(value: unknown, before: readonly FilterEntry[], field: string): readonly FilterEntry[] {
  if (value === undefined) return before;
  if (Array.isArray(value) && value.every(isFilterEntry)) return value;
  throw new AsterismError('FILTER_INVALID', {
    field,
    detail: `'${field}' is a list of objects with the text "type"`,
    hint: 'For example {"allowed": [{"type": "StasisStart"}]}.',
  });
}

/** `/applications`: their subscriptions and filters; and the user events that are sent to them. */
export function applicationsHandlers(ports: AriPorts): Record<string, Handler> {
  const { stasis } = ports;
  const find = (call: Call): AppInfo => {
    const app = stasis.info(call.path('applicationName'));
    if (app === undefined) throw new AsterismError('APPLICATION_NOT_FOUND');
    return app;
  };
  const show = (name: string) => {
    const app = stasis.info(name);
    if (app === undefined) throw new AsterismError('APPLICATION_NOT_FOUND');
    return json(appJson(app));
  };
  const sources = (call: Call): EventSource[] => {
    const given = call.list('eventSource');
    if (given.length === 0) throw missing('eventSource');
    return given.map((each) => parseEventSource(each, 'eventSource'));
  };
  return {
    'applications.list': (call) => {
      const { user } = call.request;
      const seen = (name: string) =>
        refusal(user, { capability: 'read', applications: [name] }) === undefined;
      return json(
        stasis
          .list()
          .filter(({ name }) => seen(name))
          .map(appJson),
      );
    },
    'applications.get': (call) => json(appJson(find(call))),
    'applications.subscribe': (call) => {
      const { name } = find(call);
      const wanted = sources(call);
      if (!wanted.every((each) => sourceExists(ports, each))) {
        throw new AsterismError('EVENT_SOURCE_UNKNOWN', { field: 'eventSource' });
      }
      for (const { kind, id } of wanted) stasis.subscribe(name, kind, id);
      return show(name);
    },
    'applications.unsubscribe': (call) => {
      const { name } = find(call);
      for (const { kind, id } of sources(call)) {
        const known = stasis.unsubscribe(name, kind, id);
        // A device that nobody subscribed to is no mistake; of several sources those before a mistake are ended.
        if (!known && kind !== 'device') {
          throw new AsterismError('EVENT_SOURCE_NOT_SUBSCRIBED', { field: 'eventSource' });
        }
      }
      return show(name);
    },
    'applications.filter': (call) => {
      const { name, filter } = find(call);
      const body = call.request.body ?? {};
      const clears = body.allowed === undefined && body.disallowed === undefined;
      stasis.setFilter(
        name,
        clears
          ? { allowed: [], disallowed: [] }
          : {
              allowed: filterList(body.allowed, filter.allowed, 'allowed'),
              disallowed: filterList(body.disallowed, filter.disallowed, 'disallowed'),
            },
      );
      return show(name);
    },
    'events.userEvent': (call) => {
      const app = call.text('application');
      if (app === undefined || app === '') throw missing('application');
      if (!stasis.has(app)) throw new AsterismError('APPLICATION_NOT_FOUND');
      const subjects = userEventSubjects(ports, call.list('source'));
      const variables = call.request.body?.variables ?? {};
      if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) {
        throw new AsterismError('USER_EVENT_INVALID', {
          field: 'variables',
          detail: "'variables' is an object whose members are sent along",
        });
      }
      stasis.tell(app, {
        kind: 'ChannelUserevent',
        ...subjects,
        name: call.path('eventName'),
        values: variables as Readonly<Record<string, unknown>>,
      });
      // What is about a channel is heard by others too, as text.
      if (subjects.channel !== undefined) {
        const headers = Object.entries(variables).map(
          ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
        );
        ports.switch.events.emit('userEvent', subjects.channel, call.path('eventName'), headers, true);
      }
      return noContent;
    },
  };
}
