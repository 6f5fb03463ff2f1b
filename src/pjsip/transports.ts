import { lookup } from 'node:dns/promises';
import { type BlockList, isIP } from 'node:net';
import type { Logger } from '../log/index.ts';
import {
  type Binding,
  type Flow,
  type Remote,
  TcpTransport,
  type Transport,
  UdpTransport,
  type UserAgent,
} from '../sip/index.ts';
import type { FieldProblem, Sorcery, SorceryObject, Trial } from '../sorcery/index.ts';
import { bindingOf, networksOf, socketFault } from './transport-address.ts';

export interface TransportsOptions {
  readonly sorcery: Sorcery;
  readonly log: Logger;
  /** Addresses of a name; default: the machine's resolver. */
  readonly resolve?: (name: string) => Promise<string>;
}

type Agent = Pick<
  UserAgent,
  'addTransport' | 'retireTransport' | 'restoreTransport' | 'retiring' | 'ownAddress'
>;

/** What an object tells peers on the other side of a NAT, resolved. */
interface Outside {
  readonly signaling: string | undefined;
  readonly media: string | undefined;
  /** 0 for the port that is listened on. */
  readonly port: number;
  readonly local: BlockList | undefined;
}

/** One `transport` object as it is in force. */
interface Listener {
  readonly object: SorceryObject;
  /** Undefined while nothing listens. */
  readonly transport: Transport | undefined;
  /** Where it was asked to listen. */
  readonly binding: Binding | undefined;
  /** Why nothing listens; empty when it does. */
  readonly fault: string;
  readonly outside: Outside;
}

/** A `transport` as commands show it. */
export interface TransportView {
  readonly id: string;
  /** The object that is in force: not the one that is stored, where a reload may not change it. */
  readonly object: SorceryObject;
  /** `address:port`; undefined while nothing listens. */
  readonly listening: string | undefined;
  readonly fault: string;
}

/** A change that was made and is not yet in force. */
interface Change extends Listener {
  /** Puts it in force. */
  readonly commit: () => void;
  readonly undo: () => Promise<void>;
}

/**
 * The listeners that `transport` objects describe. They follow what is pushed at once and what is reloaded where
 * `allow_reload` lets them; calls go on where they are, and a socket that is taken away stays open until its last call ends.
 */
export class Transports {
  readonly #sorcery: Sorcery;
  readonly #log: Logger;
  readonly #agent: Agent;
  readonly #resolve: (name: string) => Promise<string>;
  readonly #listeners = new Map<string, Listener>();
  readonly #byTransport = new Map<Transport, Listener>();
  /** Objects that a push has tried already. */
  readonly #tried = new WeakSet<SorceryObject>();
  readonly #offs: (() => void)[] = [];
  /** Changes are made one after another: they open and close the same ports. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(agent: Agent, { sorcery, log, resolve = firstAddress }: TransportsOptions) {
    this.#agent = agent;
    this.#sorcery = sorcery;
    this.#log = log;
    this.#resolve = resolve;
  }

  /** Opens every transport, and from now on follows what is pushed and reloaded. */
  async start(): Promise<void> {
    const { events, guards } = this.#sorcery;
    const put = (object: SorceryObject) => {
      if (object.type.name === 'transport' && !this.#tried.has(object))
        void this.#inTurn(() => this.#put(object));
    };
    this.#offs.push(
      events.on('created', put),
      events.on('updated', put),
      events.on('deleted', (object) => {
        if (object.type.name === 'transport') void this.#inTurn(() => this.#remove(object.id));
      }),
      events.on('loaded', (type) => {
        if (type === 'transport') void this.#inTurn(() => this.#reload());
      }),
    );
    guards.set(GUARDED, (object) => this.#attempt(object));
    this.#offs.push(() => guards.delete(GUARDED));
    await this.#inTurn(async () => {
      for (const object of this.#sorcery.all('transport')) await this.#put(object);
    });
  }

  /** The transport that `transport=` of another object names; undefined when nothing listens. */
  find(id: string): Transport | undefined {
    return this.#listeners.get(id)?.transport;
  }

  *list(): Iterable<TransportView> {
    for (const [id, { object, transport, fault }] of this.#listeners)
      yield { id, object, fault, listening: transport === undefined ? undefined : place(transport) };
  }

  /** Those that are gone and stay open for their calls: `udp 192.0.2.1:5060`. */
  get retiring(): string[] {
    return this.#agent.retiring.map((each) => `${each.protocol} ${place(each)}`);
  }

  /** Resolves when everything that was pushed or reloaded until now has been followed. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /** What peers outside are told in Via and Contact; undefined for what the socket itself has. */
  advertise(transport: Transport, remote: Remote): { host: string; port?: number } | undefined {
    const outside = this.#outside(transport, remote);
    if (outside?.signaling === undefined) return undefined;
    return { host: outside.signaling, ...(outside.port === 0 ? {} : { port: outside.port }) };
  }

  /** The address that a peer is to send media to. */
  mediaAddress(flow: Flow): string {
    return this.#outside(flow.transport, flow.remote)?.media ?? this.#agent.ownAddress(flow);
  }

  #outside(transport: Transport, remote: Remote): Outside | undefined {
    const outside = this.#byTransport.get(transport)?.outside;
    return outside?.local?.check(remote.address, isIP(remote.address) === 6 ? 'ipv6' : 'ipv4') === true
      ? undefined
      : outside;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(work);
    this.#turn = run.catch((error) => this.#log.error(`A transport could not be changed: ${String(error)}`));
    return run;
  }

  /** Brings a stored object into force; what cannot be had leaves the old listener, and a line in the log. */
  async #put(object: SorceryObject): Promise<void> {
    if (this.#closed) return;
    try {
      this.#commit(await this.#change(object));
    } catch (error) {
      const fault = `cannot listen on ${object.get('bind')}: ${socketFault(error)}`;
      const before = this.#listeners.get(object.id);
      const stays = before?.transport === undefined ? '' : `; it goes on at ${place(before.transport)}`;
      this.#log.error(`Transport '${object.id}' ${fault}${stays}`);
      if (before === undefined) this.#listeners.set(object.id, { ...NOTHING, object, fault });
    }
  }

  /** Tries what a push asks for, before it is stored. Nothing else changes until it is known whether it was. */
  #attempt(object: SorceryObject): Promise<FieldProblem | Trial> {
    return new Promise((answer, fail) => {
      const work = async () => {
        const change = await this.#tryFor(object);
        if ('detail' in change) {
          answer(change);
          return;
        }
        this.#tried.add(object);
        const stored = await new Promise<boolean>((resolve) => answer({ end: resolve }));
        if (stored) this.#commit(change);
        else await change.undo();
      };
      this.#inTurn(work).catch(fail);
    });
  }

  async #tryFor(object: SorceryObject): Promise<FieldProblem | Change> {
    try {
      return await this.#change(object);
    } catch (error) {
      const detail = `cannot listen on ${object.get('protocol')} ${object.get('bind')}: ${socketFault(error)}`;
      this.#log.error(`Transport '${object.id}' ${detail}: the push is refused`);
      return {
        field: 'bind',
        detail,
        hint: 'Nothing was changed. Choose an address and a port that are free.',
      };
    }
  }

  #commit(change: Change): void {
    const { object, transport, fault } = change;
    const before = this.#listeners.get(object.id);
    change.commit();
    const { binding, outside } = change;
    const listener: Listener = { object, transport, binding, fault, outside };
    this.#listeners.set(object.id, listener);
    if (transport !== undefined) this.#byTransport.set(transport, listener);
    if (transport instanceof TcpTransport)
      transport.probeAfter = object.is('tcp_keepalive_enable')
        ? object.number('tcp_keepalive_idle_time') * 1000
        : undefined;
    if (fault !== '') this.#log.error(`Transport '${object.id}': ${fault}`);
    else if (transport !== undefined && (before?.transport !== transport || before.binding !== binding))
      this.#log.notice(`Transport '${object.id}' listens on ${transport.protocol} ${place(transport)}`);
  }

  /** Opens or moves what an object asks for. @throws {Error} when it cannot be had; all is as it was then */
  async #change(object: SorceryObject): Promise<Change> {
    const before = this.#listeners.get(object.id);
    const current = before?.transport;
    const protocol = object.get('protocol');
    const outside = await this.#outsideOf(object);
    const leave = () => {
      if (current !== undefined) this.#retire(object.id, current);
    };
    if (protocol !== 'udp' && protocol !== 'tcp') {
      const fault = `protocol ${protocol} is not built yet; udp and tcp are`;
      return { ...NOTHING, object, outside, fault, commit: leave, undo: async () => {} };
    }
    const binding = await bindingOf(object, this.#resolve);
    const change = (transport: Transport, commit: () => void, undo: () => Promise<void>): Change => ({
      object,
      outside,
      transport,
      binding,
      fault: '',
      commit,
      undo,
    });
    if (before?.binding !== undefined && current?.protocol === protocol && same(before.binding, binding)) {
      return {
        ...change(
          current,
          () => {},
          async () => {},
        ),
        binding: before.binding,
      };
    }
    const spare = this.#agent.retiring.find(
      (each) =>
        each.protocol === protocol && same({ address: each.localAddress, port: each.localPort }, binding),
    );
    if (spare !== undefined) {
      await this.#agent.restoreTransport(spare);
      return change(spare, leave, async () => void this.#agent.retireTransport(spare));
    }
    if (current?.rebind !== undefined && current.protocol === protocol && before?.binding !== undefined) {
      const back = before.binding;
      const move = async () => {
        await current.rebind?.(binding);
        return change(
          current,
          () => {},
          async () => current.rebind?.(back),
        );
      };
      // Connections stay where they are whatever the listener does; datagrams only come to where the socket is.
      if (protocol === 'tcp') return move();
      if (back.port === binding.port && overlap(back.address, binding.address)) return move();
    }
    const opened = await (protocol === 'udp' ? UdpTransport.open(binding) : TcpTransport.open(binding));
    return change(
      opened,
      () => {
        this.#agent.addTransport(opened);
        leave();
      },
      () => opened.close(),
    );
  }

  async #outsideOf(object: SorceryObject): Promise<Outside> {
    const address = async (name: string): Promise<string | undefined> => {
      const given = object.get(name);
      if (given === '' || isIP(given) !== 0) return given === '' ? undefined : given;
      try {
        return await this.#resolve(given);
      } catch {
        this.#log.error(`Transport '${object.id}': ${name}: there is no host '${given}': it is not told`);
        return undefined;
      }
    };
    return {
      signaling: await address('external_signaling_address'),
      media: await address('external_media_address'),
      port: object.number('external_signaling_port'),
      local: networksOf(object.get('local_net')),
    };
  }

  #retire(id: string, transport: Transport): void {
    const where = `${transport.protocol} ${place(transport)}`;
    void this.#agent.retireTransport(transport).then((closed) => {
      if (!closed) return;
      this.#byTransport.delete(transport);
      if (!this.#closed) this.#log.notice(`Transport '${id}' no longer listens on ${where}`);
    });
    if (this.#agent.retiring.includes(transport))
      this.#log.notice(`Transport '${id}' stays open on ${where} until its calls end`);
  }

  async #remove(id: string): Promise<void> {
    const listener = this.#listeners.get(id);
    this.#listeners.delete(id);
    if (listener?.transport !== undefined) this.#retire(id, listener.transport);
  }

  /** A file was read again. It may change a transport, or take it away, that says `allow_reload`. */
  async #reload(): Promise<void> {
    const objects = [...this.#sorcery.all('transport')];
    for (const object of objects) {
      const before = this.#listeners.get(object.id);
      if (before?.transport !== undefined && before.object.reply() === object.reply()) continue;
      if (before === undefined || before.transport === undefined || before.object.is('allow_reload'))
        await this.#put(object);
      else this.#keeps(object.id, 'changed');
    }
    const ids = new Set(objects.map((each) => each.id));
    for (const [id, { object, transport }] of [...this.#listeners]) {
      if (ids.has(id)) continue;
      if (transport === undefined || object.is('allow_reload')) await this.#remove(id);
      else this.#keeps(id, 'gone');
    }
  }

  #keeps(id: string, what: string): void {
    this.#log.notice(
      `Transport '${id}' is ${what}: without allow_reload it stays as it is until the next start`,
    );
  }

  /** Stops following; the agent closes the sockets. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const off of this.#offs.splice(0)) off();
    await this.#turn;
  }
}

const GUARDED = 'res_pjsip/transport';
const NOTHING = {
  transport: undefined,
  binding: undefined,
  outside: { signaling: undefined, media: undefined, port: 0, local: undefined },
};

function place({ localAddress, localPort }: Transport): string {
  return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}

function same(a: Binding, b: Binding): boolean {
  return a.address === b.address && a.port === b.port;
}

/** Whether two sockets of one port cannot stand beside each other. */
function overlap(a: string, b: string): boolean {
  const everywhere = (address: string) => address === '0.0.0.0' || address === '::';
  return a === b || everywhere(a) || everywhere(b);
}

async function firstAddress(name: string): Promise<string> {
  return (await lookup(name)).address;
}
