import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { UDP_RECEIVE_BUFFER } from '../limits.ts';
import type { Remote, Transport, TransportSink } from './transport.ts';

export interface UdpTransportOptions {
  /** Address to bind; '0.0.0.0' for every one. */
  address: string;
  /** 0 lets the system choose. */
  port: number;
  /** Share the port with other processes or workers, where the platform can. */
  reusePort?: boolean;
}

/** SIP over UDP (RFC 3261 §18): one socket, one message per datagram. */
export class UdpTransport implements Transport {
  readonly protocol = 'udp';
  readonly reliable = false;
  readonly localAddress: string;
  readonly localPort: number;
  readonly #socket: Socket;
  #sink: TransportSink | undefined;
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const bound = socket.address();
    this.localAddress = bound.address;
    this.localPort = bound.port;
    socket.on('message', (bytes, from) => this.#sink?.received(bytes, from, this));
    socket.on('error', (error) => this.#sink?.fault(error, this));
  }

  /** Binds; rejects when address or port cannot be had. */
  static open(options: UdpTransportOptions): Promise<UdpTransport> {
    return new Promise((resolve, reject) => {
      const socket = createSocket({
        type: isIPv6(options.address) ? 'udp6' : 'udp4',
        recvBufferSize: UDP_RECEIVE_BUFFER,
        // Targets are addresses here, always: skips the resolver's detour through the event loop on every send.
        lookup: (host, _options, callback) => callback(null, host, isIPv6(host) ? 6 : 4),
        ...(options.reusePort === true ? { reusePort: true } : {}),
      });
      const failed = (error: Error) => {
        socket.close();
        reject(error);
      };
      socket.once('error', failed);
      socket.bind({ address: options.address, port: options.port }, () => {
        socket.off('error', failed);
        resolve(new UdpTransport(socket));
      });
    });
  }

  attach(sink: TransportSink): void {
    this.#sink = sink;
  }

  send(bytes: Buffer, remote: Remote, failed?: (error: Error) => void): void {
    if (this.#closed) {
      failed?.(new Error('transport closed'));
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
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
