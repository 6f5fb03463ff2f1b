import type { Protocol, Remote, Transport, TransportSink } from './transport.ts';

/**
 * Joins in-memory transports by `address:port`. What is sent arrives in order at the next microtask, or sooner with
 * `flush`; never inside of `send`, as with sockets. Test aid.
 */
export class MemoryNetwork {
  readonly #transports = new Map<string, MemoryTransport>();
  #queue: (() => void)[] = [];
  #scheduled = false;
  /** Everything sent, in order. */
  readonly log: { from: string; to: string; bytes: Buffer }[] = [];
  /** Whether `log` is kept; off for long runs. */
  logging = true;
  /** Return true to lose a packet. */
  drop: ((bytes: Buffer, from: string, to: string) => boolean) | undefined;

  join(transport: MemoryTransport): void {
    this.#transports.set(`${transport.localAddress}:${transport.localPort}`, transport);
  }

  leave(transport: MemoryTransport): void {
    this.#transports.delete(`${transport.localAddress}:${transport.localPort}`);
  }

  carry(bytes: Buffer, from: MemoryTransport, remote: Remote, failed?: (error: Error) => void): void {
    const source = `${from.localAddress}:${from.localPort}`;
    const destination = `${remote.address}:${remote.port}`;
    if (this.logging) this.log.push({ from: source, to: destination, bytes });
    if (this.drop?.(bytes, source, destination) === true) return;
    this.#enqueue(() => {
      const target = this.#transports.get(destination);
      if (target !== undefined) target.deliver(bytes, { address: from.localAddress, port: from.localPort });
      else if (from.reliable) failed?.(new Error(`connection refused: ${destination}`));
    });
  }

  #enqueue(run: () => void): void {
    this.#queue.push(run);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Delivers what is under way, and what that causes, now. */
  flush(): void {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      for (const run of batch) run();
    }
  }
}

/** A transport without sockets: what is sent arrives at the transport of that address. */
export class MemoryTransport implements Transport {
  readonly protocol: Protocol;
  readonly reliable: boolean;
  readonly localAddress: string;
  readonly localPort: number;
  readonly #network: MemoryNetwork;
  #sink: TransportSink | undefined;

  constructor(network: MemoryNetwork, localAddress: string, localPort = 5060, protocol: Protocol = 'udp') {
    this.#network = network;
    this.localAddress = localAddress;
    this.localPort = localPort;
    this.protocol = protocol;
    this.reliable = protocol !== 'udp';
    network.join(this);
  }

  attach(sink: TransportSink): void {
    this.#sink = sink;
  }

  deliver(bytes: Buffer, remote: Remote): void {
    this.#sink?.received(bytes, remote, this);
  }

  /** Ends the connection to a peer, as a stream does that breaks. */
  disconnect(remote: Remote): void {
    this.#sink?.disconnected?.(remote, this);
  }

  send(bytes: Buffer, remote: Remote, failed?: (error: Error) => void): void {
    this.#network.carry(bytes, this, remote, failed);
  }

  async close(): Promise<void> {
    this.#network.leave(this);
    this.#sink = undefined;
  }
}
