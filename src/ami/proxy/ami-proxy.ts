import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import { failure, type PlainReply, type Reply } from '../action.ts';
import { NO_CLASS } from '../classes.ts';
import type { EventFeed, RelayedEvent } from '../event-feed.ts';
import type { Forwarder, ForwardRequest } from '../forwarder.ts';
import { oneLine, type Packet, render } from '../packet.ts';
import { classesOf, isOfConnection } from './action-classes.ts';
import { evaluates, forwardedLines } from './forwarded-lines.ts';
import type { ProxyConfig, UpstreamConfig } from './proxy-config.ts';
import { type Asker, Upstream, type UpstreamState } from './upstream.ts';

/** Actions of one client that may wait for answers of other servers at once. */
export const MAX_WAITING = 256;
/** What is sent on as an action's name: nothing that another server could read as a different one. */
const ACTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;

export interface AmiProxyOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly feed: Pick<EventFeed, 'relay'>;
  readonly random?: () => number;
}

/** What the console shows of a server. */
export interface UpstreamView {
  readonly name: string;
  readonly address: string;
  readonly tls: boolean;
  readonly user: string;
  readonly state: UpstreamState;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly waiting: number;
  readonly answers: number;
  readonly events: number;
  /** Packets that nobody had asked for. */
  readonly unasked: number;
  readonly connections: number;
}

/** How many actions of one client are under way. */
interface Client {
  waiting: number;
}

/** The servers of amiproxy.conf: sends actions on to them, gives answers to who asked, and tells their events here. */
export class AmiProxy implements Forwarder {
  readonly #options: AmiProxyOptions;
  #config: ProxyConfig | undefined;
  readonly #upstreams = new Map<string, Upstream>();
  readonly #clients = new WeakMap<object, Client>();

  constructor(options: AmiProxyOptions) {
    this.#options = options;
  }

  /** Takes a configuration on: servers whose section stays as it was keep their connection. */
  apply(config: ProxyConfig): void {
    this.#config = config;
    for (const [key, upstream] of [...this.#upstreams]) {
      const wanted = config.upstreams.get(key);
      if (wanted !== undefined && same(wanted, upstream.config)) continue;
      this.#upstreams.delete(key);
      upstream.close();
    }
    for (const [key, wanted] of config.upstreams)
      if (!this.#upstreams.has(key)) this.#upstreams.set(key, this.#open(wanted));
  }

  #open(config: UpstreamConfig): Upstream {
    const { clock, log, random = Math.random } = this.#options;
    const upstream: Upstream = new Upstream({
      config,
      clock,
      log,
      random,
      event: (event) => this.#tell(upstream, event),
    });
    return upstream;
  }

  #tell(upstream: Upstream, event: RelayedEvent): void {
    this.#options.feed.relay(event, (user) => upstream.admits(user));
  }

  forward(request: ForwardRequest): Reply | 'denied' | undefined {
    const config = this.#config;
    if (config?.enabled !== true) return undefined;
    const { server, action, user, packet } = request;
    const upstream = this.#upstreams.get(server.toLowerCase());
    if (upstream === undefined) return failure(`There is no server '${server}'`);
    if (!upstream.admits(user.name)) return 'denied';
    const { name } = upstream.config;
    const refused = (why: string): PlainReply => ({
      kind: 'error',
      headers: [
        ['Server', name],
        ['Message', why],
      ],
    });
    if (isOfConnection(action))
      return refused(`${action} is about the connection that it comes on, and is not sent on`);
    if (!ACTION_NAME.test(action)) return refused('This is no name of an action');
    const classes = classesOf(action) ?? config.unknownClass;
    if (classes !== NO_CLASS && (user.write & classes) === 0) return 'denied';
    if (!request.unrestricted && evaluates(packet))
      return refused('Applications, functions and expressions for another server need the privilege system');
    const lines = forwardedLines(packet);
    if (lines === undefined) return refused('Headers must not contain NUL');
    return this.#relayed(upstream, lines, request);
  }

  #relayed(upstream: Upstream, lines: string, request: ForwardRequest): Reply {
    const { action, client, signal } = request;
    const { name } = upstream.config;
    const actionId = request.actionId === undefined ? undefined : oneLine(request.actionId);
    const fault = (why: string): Packet => [
      ['Response', 'Error'],
      ...(actionId === undefined ? [] : [['ActionID', actionId] as const]),
      ['Server', name],
      ['Message', `Server '${name}' ${why}`],
    ];
    return {
      kind: 'relayed',
      run: (packet) =>
        new Promise<void>((resolve) => {
          const mine = this.#client(client);
          const asker: Asker = {
            actionId,
            client,
            gone: () => signal.aborted,
            packet,
            done: (why) => {
              mine.waiting--;
              if (why !== undefined && !signal.aborted) packet(render(fault(why)));
              resolve();
            },
          };
          mine.waiting++;
          const refused =
            mine.waiting > MAX_WAITING
              ? 'has not answered enough of what this client asked before'
              : upstream.ask(action, lines, asker);
          if (refused !== undefined) asker.done(refused);
        }),
    };
  }

  #client(key: object): Client {
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const client: Client = { waiting: 0 };
    this.#clients.set(key, client);
    return client;
  }

  /** Every server, in order of the file. */
  *views(): Iterable<UpstreamView> {
    for (const { config, state, since, waiting, counts } of this.#upstreams.values()) {
      const { name, host, port, tls, username } = config;
      yield {
        name,
        address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
        tls: tls !== undefined,
        user: username,
        state,
        since,
        waiting,
        ...counts,
      };
    }
  }

  close(): void {
    for (const each of this.#upstreams.values()) each.close();
    this.#upstreams.clear();
  }
}

/** Whether two sections say the same. */
function same(a: UpstreamConfig, b: UpstreamConfig): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
