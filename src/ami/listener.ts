import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, Server as TlsServer } from 'node:tls';
import type { SecurityAddress } from '../security/index.ts';
import type { AmiTls } from './ami-config.ts';
import type { Session, SessionHost } from './session.ts';
import { SocketSession } from './socket-session.ts';
import type { Wire } from './wire.ts';

/** Connections of one listener at once, logged in or not. */
const MAX_CONNECTIONS = 1_000;
const TLS_HANDSHAKE_MS = 10_000;

/** What a listener asks of the interface as a whole. */
export interface ListenerHost extends SessionHost {
  /** Whether one more client may be connected without having logged in. */
  admits(): boolean;
  enter(session: Session): void;
  leave(session: Session): void;
}

function credentials({ certificate, privateKey, cipher }: AmiTls) {
  return {
    cert: readFileSync(certificate),
    key: readFileSync(privateKey),
    ...(cipher === '' ? {} : { ciphers: cipher }),
  };
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/** One listening socket of the manager interface, with the clients that came through it. */
export class AmiListener {
  readonly #host: ListenerHost;
  readonly #place: Place;
  readonly #tls: AmiTls | undefined;
  readonly #wire: Wire;
  readonly #server: Server;
  readonly #sessions = new Set<SocketSession>();

  private constructor(host: ListenerHost, place: Place, tls: AmiTls | undefined, wire: Wire) {
    this.#wire = wire;
    this.#host = host;
    this.#place = place;
    this.#tls = tls;
    this.#server =
      tls === undefined
        ? createServer((socket) => this.#accept(socket))
        : createTlsServer({ ...credentials(tls), handshakeTimeout: TLS_HANDSHAKE_MS }, (socket) =>
            this.#accept(socket),
          );
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('tlsClientError', (error: Error, socket: Socket) => {
      host.log.notice(`TLS with ${socket.remoteAddress ?? 'a client'} failed: ${error.message}`);
      socket.destroy();
    });
  }

  /** @throws {Error} when the address or the certificate cannot be had */
  static async open(
    host: ListenerHost,
    place: Place,
    tls: AmiTls | undefined,
    wire: Wire,
  ): Promise<AmiListener> {
    const listener = new AmiListener(host, place, tls, wire);
    await new Promise<void>((resolve, reject) => {
      listener.#server.once('error', reject);
      listener.#server.listen(place.port, place.address, () => {
        listener.#server.off('error', reject);
        resolve();
      });
    });
    listener.#server.on('error', (error) => host.log.error(`Manager interface: ${error.message}`));
    return listener;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whether this listener is what is wanted now. */
  matches(place: Place, tls: AmiTls | undefined): boolean {
    return (
      place.address === this.#place.address &&
      place.port === this.#place.port &&
      tls?.certificate === this.#tls?.certificate &&
      tls?.privateKey === this.#tls?.privateKey &&
      tls?.cipher === this.#tls?.cipher
    );
  }

  /** Reads the certificate again: connections from here on get the new one. @throws {Error} and keeps the old one */
  renew(): void {
    if (this.#tls !== undefined && this.#server instanceof TlsServer)
      this.#server.setSecureContext(credentials(this.#tls));
  }

  #accept(socket: Socket): void {
    const host = this.#host;
    if (!host.admits()) {
      host.log.warning(`Too many connections without login (authlimit ${host.config().authLimit})`);
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    const session = new SocketSession(
      host,
      socket,
      endsOf(socket),
      () => {
        this.#sessions.delete(session);
        host.leave(session.session);
      },
      this.#wire,
    );
    this.#sessions.add(session);
    host.enter(session.session);
  }

  /** Stops listening and lets everybody go. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // What was written in this turn (that the server stops) goes out first.
    await Promise.resolve();
    for (const each of this.#sessions) each.close('was let go');
    await closed;
  }
}

/** Both ends of a connection. */
export function endsOf(socket: Socket): {
  readonly local: SecurityAddress;
  readonly remote: SecurityAddress;
} {
  const protocol = socket instanceof TLSSocket ? 'TLS' : 'TCP';
  return {
    local: { protocol, address: plainAddress(socket.localAddress), port: socket.localPort ?? 0 },
    remote: { protocol, address: plainAddress(socket.remoteAddress), port: socket.remotePort ?? 0 },
  };
}

/** An IPv4 client of a socket that listens on `::` is written as IPv4, which is what lists of addresses know. */
function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
