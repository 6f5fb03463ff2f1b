import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { MAX_HELD_DATAGRAMS, UDP_RECEIVE_BUFFER } from '../limits.ts';
import type { Binding, Remote, Transport, TransportSink } from './transport.ts';

export interface UdpTransportOptions extends Binding {
  /** Share the port with other processes or workers, where the platform can. */
  readonly reusePort?: boolean;
}

interface Held {
  readonly bytes: Buffer;
  readonly remote: Remote;
  readonly failed: ((error: Error) => void) | undefined;
}

/** SIP over UDP (RFC 3261 §18): one socket, one message per datagram. */
export class UdpTransport implements Transport {
  readonly protocol = 'udp';
  readonly reliable = false;
  #socket: Socket;
  #bound: Binding;
  #sink: TransportSink | undefined;
  /** What waits for the socket while it moves; undefined while it stands. */
  #held: Held[] | undefined;
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#bound = this.#use(socket);
  }

  /** Binds; rejects when address or port cannot be had. */
  static async open(options: UdpTransportOptions): Promise<UdpTransport> {
    return new UdpTransport(await bind(options));
  }

  get localAddress(): string {
    return this.#bound.address;
  }

  get localPort(): number {
    return this.#bound.port;
  }

  #use(socket: Socket): Binding {
    socket.on('message', (bytes, from) => this.#sink?.received(bytes, from, this));
    socket.on('error', (error) => this.#sink?.fault(error, this));
    this.#socket = socket;
    const { address, port } = socket.address();
    return { address, port };
  }

  attach(sink: TransportSink): void {
    this.#sink = sink;
  }

  /**
   * Moves to another address of the same port, which two sockets cannot have at a time. What is sent meanwhile waits;
   * what arrives in these milliseconds is lost, as datagrams may be.
   */
  async rebind(to: Binding): Promise<void> {
    const before = this.#bound;
    this.#held = [];
    this.#socket.close();
    try {
      this.#bound = this.#use(await bind(to));
    } catch (error) {
      this.#bound = this.#use(await bind(before));
      throw error;
    } finally {
      const held = this.#held;
      this.#held = undefined;
      // It may have been closed while it moved.
      if (this.#closed) this.#socket.close();
      for (const { bytes, remote, failed } of held) this.send(bytes, remote, failed);
    }
  }

  send(bytes: Buffer, remote: Remote, failed?: (error: Error) => void): void {
    if (this.#closed) {
      failed?.(new Error('transport closed'));
      return;
    }
    if (this.#held !== undefined) {
      if (this.#held.length < MAX_HELD_DATAGRAMS) this.#held.push({ bytes, remote, failed });
      else failed?.(new Error('the socket moves, and too much waits for it'));
      return;
    }
    try {
      if (failed === undefined) this.#socket.send(bytes, remote.port, remote.address);
      else this.#socket.send(bytes, remote.port, remote.address, (error) => error !== null && failed(error));
    } catch (error) {
      failed?.(error instanceof Error ? error : new Error(String(error)));
    }
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#sink = undefined;
    if (this.#held !== undefined) return Promise.resolve();
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

function bind({ address, port, reusePort }: UdpTransportOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: isIPv6(address) ? 'udp6' : 'udp4',
      recvBufferSize: UDP_RECEIVE_BUFFER,
      // Targets are addresses here, always: skips the resolver's detour through the event loop on every send.
      lookup: (host, _options, callback) => callback(null, host, isIPv6(host) ? 6 : 4),
      ...(reusePort === true ? { reusePort: true } : {}),
    });
    const failed = (error: Error) => {
      socket.close();
      reject(error);
    };
    socket.once('error', failed);
    socket.bind({ address, port }, () => {
      socket.off('error', failed);
      resolve(socket);
    });
  });
}
