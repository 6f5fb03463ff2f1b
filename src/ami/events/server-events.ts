import type { ModuleEvents, ReloadResult } from '../../modules/index.ts';
import { type SecurityEvent, securityFields } from '../../security/index.ts';
import { maskOf } from '../classes.ts';
import type { Header } from '../packet.ts';
import type { ServerEvents } from '../ports.ts';
import type { EventTable } from './event-entry.ts';

const SYSTEM = maskOf('system');
const SECURITY = maskOf('security');

export const FULLY_BOOTED = 'FullyBooted';

/** The headers of FullyBooted, which is also told to each client that logs in later. Times in milliseconds. */
export function fullyBooted(now: number, startedAt: number, lastReloadAt: number): Header[] {
  const since = (at: number) => String(Math.max(0, Math.floor((now - at) / 1000)));
  return [
    ['Uptime', since(startedAt)],
    ['LastReload', since(lastReloadAt)],
    ['Status', 'Fully Booted'],
  ];
}

const ofModule = (module: string, status: string): Header[] => [
  ['Module', module],
  ['Status', status],
];

/** How a reload ended, as clients know it by number. */
const RELOAD_STATUS: Readonly<Record<ReloadResult['result'], number>> = {
  reloaded: 0,
  'not-found': 2,
  failed: 3,
  'not-running': 5,
  'not-supported': 6,
};

/** The server as a whole; FullyBooted needs the times of `info` and is told by the feed. */
export const serverEvents: EventTable<ServerEvents> = {
  reloaded: [{ name: 'Reload', eventClass: SYSTEM, headers: () => ofModule('All', '0') }],
  stopping: [
    {
      name: 'Shutdown',
      eventClass: SYSTEM,
      headers: (_view, restart) => [
        ['Shutdown', 'Cleanly'],
        ['Restart', restart ? 'True' : 'False'],
      ],
    },
  ],
};

/** Modules that come, go, and read their files again. */
export const moduleEvents: EventTable<ModuleEvents> = {
  loaded: [{ name: 'Load', eventClass: SYSTEM, headers: (_view, name) => ofModule(name, 'Success') }],
  unloaded: [{ name: 'Unload', eventClass: SYSTEM, headers: (_view, name) => ofModule(name, 'Success') }],
  reloaded: [
    {
      name: 'Reload',
      eventClass: SYSTEM,
      headers: (_view, name, result) => ofModule(name, String(RELOAD_STATUS[result])),
    },
  ],
};

/** Attempts to get in, each under the name of its kind. */
export const securityEvents: EventTable<{ raised: [event: SecurityEvent] }> = {
  raised: [
    { name: (event) => event.kind, eventClass: SECURITY, headers: (_view, event) => securityFields(event) },
  ],
};
