import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { MediaError } from '../api.ts';

/** An even port with RTP and the odd one above with RTCP (RFC 3550 §11). */
export interface SocketPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly address: string;
  readonly port: number;
}

export interface PortRange {
  readonly start: number;
  readonly end: number;
  /** Every `stride`-th pair beginning with pair `offset` is this pool's. */
  readonly stride: number;
  readonly offset: number;
}

/** Addresses that have spare pairs; they are those of transports and of endpoints, and few. */
const MAX_SPARE_ADDRESSES = 8;

/**
 * Opens pairs of ports in a range, beginning somewhere at random so that ports cannot be guessed and a port that was just freed rests. Keeps a few
 * pairs open in advance for each address that was used: binding two sockets costs more than all the rest of a new leg. Nothing is open before the
 * first leg.
 */
export class PortPool {
  readonly #ports: readonly number[];
  readonly #range: PortRange;
  readonly #bindAddress: string;
  readonly #spareCount: number;
  readonly #spares = new Map<string, SocketPair[]>();
  readonly #used = new Map<string, Set<number>>();
  #filling: Promise<void> | undefined;
  #closed = false;

  constructor(range: PortRange, bindAddress: string, spareCount: number) {
    const ports: number[] = [];
    const first = range.start + (range.start & 1) + 2 * range.offset;
    for (let port = first; port + 1 <= range.end; port += 2 * range.stride) ports.push(port);
    this.#ports = ports;
    this.#range = range;
    this.#bindAddress = bindAddress;
    this.#spareCount = Math.min(spareCount, ports.length >> 1);
  }

  /** Fails with `ports-exhausted` or `bad-address`. */
  async take(address = this.#bindAddress): Promise<SocketPair> {
    if (this.#closed) throw new MediaError('closed', 'media is closed');
    const pair = this.#spares.get(address)?.pop() ?? (await this.#opened(address));
    if (this.#spares.size < MAX_SPARE_ADDRESSES && !this.#spares.has(address)) this.#spares.set(address, []);
    if (this.#closed) {
      await this.release(pair);
      throw new MediaError('closed', 'media is closed');
    }
    this.#refill();
    return pair;
  }

  /** Opens spares until there are enough. */
  #refill(): void {
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
    });
  }

  async release(pair: SocketPair): Promise<void> {
    await Promise.all([closed(pair.rtp), closed(pair.rtcp)]);
    this.#used.get(pair.address)?.delete(pair.port);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#filling;
    await this.#dropSpares();
  }

  async #dropSpares(): Promise<void> {
    const spares = [...this.#spares.values()].flatMap((each) => each.splice(0));
    await Promise.all(spares.map((pair) => this.release(pair)));
  }

  async #fill(): Promise<void> {
    try {
      for (const [address, spares] of this.#spares) {
        while (!this.#closed && spares.length < this.#spareCount) spares.push(await this.#open(address));
      }
    } catch {
      // No spare now: the next leg opens its own pair, or gets the error.
    }
  }

  /** A new pair; the spares of other addresses make room when they have the last ports. */
  async #opened(address: string): Promise<SocketPair> {
    try {
      return await this.#open(address);
    } catch (error) {
      if (!(error instanceof MediaError) || error.code !== 'ports-exhausted') throw error;
      await this.#filling;
      const spare = this.#spares.get(address)?.pop();
      if (spare !== undefined) return spare;
      if ([...this.#spares.values()].every((each) => each.length === 0)) throw error;
      await this.#dropSpares();
      return this.#open(address);
    }
  }

  async #open(address: string): Promise<SocketPair> {
    const family = isIP(address);
    if (family === 0) throw new MediaError('bad-address', `${address} is no IP address to bind RTP to`);
    let used = this.#used.get(address);
    if (used === undefined) {
      used = new Set();
      this.#used.set(address, used);
    }
    const count = this.#ports.length;
    const start = Math.floor(Math.random() * count);
    for (let i = 0; i < count; i++) {
      const port = this.#ports[(start + i) % count];
      if (port === undefined || used.has(port)) continue;
      used.add(port);
      const pair = await openPair(address, port, family);
      if (pair) return pair;
      used.delete(port);
    }
    const { start: first, end } = this.#range;

    throw new MediaError(
      'ports-exhausted',
      `no free pair of RTP ports on ${address} between ${first} and ${end} (rtp.conf rtpstart, rtpend): ${used.size} pairs in use`,
    );
  }
}

/** Both sockets, or undefined when one of the ports is somebody else's. */
async function openPair(address: string, port: number, family: number): Promise<SocketPair | undefined> {
  const rtp = await bound(address, port, family);
  if (rtp === undefined) return undefined;
  const rtcp = await bound(address, port + 1, family);
  if (rtcp === undefined) {
    await closed(rtp);
    return undefined;
  }
  return { rtp, rtcp, address, port };
}

function bound(address: string, port: number, family: number): Promise<Socket | undefined> {
  // Addresses are numeric here: without this every packet sent would wait for a round through the resolver's queue.
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: (host, _options, callback) => callback(null, host, family),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(new MediaError('bad-address', `cannot bind RTP to ${address}: ${error.message}`));
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // What a datagram brings back later (port unreachable, network down) is the far end's trouble, not ours.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(() => resolve());
    } catch {
      resolve();
    }
  });
}
