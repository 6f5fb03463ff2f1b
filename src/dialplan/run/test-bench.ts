import { memoryLogger } from '../../log/index.ts';
import { FakeClock } from '../../platform/index.ts';
import { type Channel, type ChannelDriver, Switch } from '../../switch/index.ts';
import type { MediaPort, StasisPort } from '../apps/definition.ts';
import { applications } from '../apps/table.ts';
import type { DialplanDatabase } from '../functions/definition.ts';
import { functions } from '../functions/table.ts';
import { syntax } from '../syntax/index.ts';
import { createDialplanRuntime } from './runtime.ts';
import { testPlan } from './test-plan.ts';

export interface BenchOptions {
  readonly stasis?: StasisPort;
  readonly media?: MediaPort;
  readonly liveDangerously?: boolean;
  readonly absentModules?: readonly string[];
  readonly autoFallThrough?: boolean;
}

/** A switch, a runtime and a far end that does nothing, all in memory; `told` is what the doors would see. */
export function bench(plan: Record<string, string[][]>, options: BenchOptions = {}) {
  const clock = new FakeClock();
  const log = memoryLogger();
  const owner = new Switch({ log, clock });
  const told: string[] = [];
  const at = (channel: Channel) => `${channel.exten} ${channel.priority}`;
  owner.events.on('channelDialplan', (c) => told.push(`${at(c)} ${c.app}(${c.appData})`));
  owner.events.on('channelState', (c) => told.push(`state ${c.state}`));
  owner.events.on('variable', (c, name, value) =>
    told.push(`${c === undefined ? 'global ' : ''}${name}=${value}`),
  );
  owner.events.on('userEvent', (_c, name, headers) =>
    told.push(`event ${name} ${headers.map(([key, value]) => `${key}:${value}`).join(' ')}`.trim()),
  );
  owner.events.on('channelHangupRequest', (c, request) =>
    told.push(`hangup ${request.by} ${request.cause} at ${at(c)}`),
  );
  owner.events.on('channelDestroyed', (c) =>
    told.push(`destroyed ${c.hangupCause} at ${at(c)} ${c.app}`.trim()),
  );

  const calls: string[] = [];
  const driver: ChannelDriver = {
    protocolId: 'call-1',
    media: undefined,
    answer: async () => void calls.push('answer'),
    indicate: (indication) => void calls.push(indication),
    hangup: (cause) => void calls.push(`hangup ${cause}`),
  };
  const stored = new Map<string, string>();
  const database: DialplanDatabase = {
    get: (family, key) => stored.get(`${family}/${key}`),
    put: async (family, key, value) => void stored.set(`${family}/${key}`, value),
    delete: (family, key) => void stored.delete(`${family}/${key}`),
    keys: (prefix) =>
      [...stored.keys()]
        .filter((key) => key.startsWith(`${prefix}/`))
        .map((key) => key.slice(prefix.length + 1)),
  };
  const runtime = createDialplanRuntime({
    switch: owner,
    log,
    clock,
    applications,
    functions,
    syntax,
    dialplan: testPlan(plan, options.autoFallThrough),
    moduleRunning: (module) => !options.absentModules?.includes(module),
    database,
    version: { text: '22.10.1', number: '221001' },
    ...(options.stasis === undefined ? {} : { stasis: options.stasis }),
    ...(options.media === undefined ? {} : { media: options.media }),
    ...(options.liveDangerously === undefined ? {} : { liveDangerously: options.liveDangerously }),
  });
  const dial = (exten: string, context = 'default') =>
    owner.create({
      namePrefix: 'PJSIP/alice',
      technology: 'PJSIP',
      endpoint: 'alice',
      state: 'Ring',
      driver,
      caller: { name: 'Alice', number: '100' },
      location: { context, exten, priority: 1 },
    });
  return { clock, log, owner, told, calls, runtime, stored, dial };
}

/** Lets everything that is ready to run do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
