import { connect, createServer, type Server, type Socket } from 'node:net';
import { CONNECT_TIMEOUT_MS, MAX_CONNECTIONS, MAX_STREAM_BACKLOG, STREAM_IDLE_MS } from '../limits.ts';
import { StreamFramer } from '../message/framer.ts';
import type { Binding, Protocol, Remote, Transport, TransportSink } from './transport.ts';

export interface TcpTransportOptions extends Binding {
  maxConnections?: number;
  /** Milliseconds without a byte after which a connection is closed. */
  idleTimeout?: number;
}

const PONG = Buffer.from('\r\n');
const PING = Buffer.from('\r\n\r\n');

interface Connection {
  readonly socket: Socket;
  readonly remote: Remote;
  readonly framer: StreamFramer;
  /** Reports of messages written before the connection stood; told when it never does. */
  readonly waiting: ((error: Error) => void)[];
  open: boolean;
  /** Milliseconds (performance.now) at which the last byte came. */
  heardAt: number;
}

/** SIP over TCP (RFC 3261 §18): accepts connections, makes them where needed, and uses those to a peer again. */
export class TcpTransport implements Transport {
  readonly protocol: Protocol = 'tcp';
  readonly reliable = true;
  #server: Server;
  #bound: Binding;
  /** Milliseconds of silence after which the system asks whether the other end is still there; undefined for never. */
  probeAfter: number | undefined;
  readonly #maxConnections: number;
  readonly #idleTimeout: number;
  readonly #byId = new Map<number, Connection>();
  /** Latest connection per `address:port`. */
  readonly #byRemote = new Map<string, Connection>();
  #sink: TransportSink | undefined;
  #nextId = 1;
  /** No connection is accepted, those that there are may go on. */
  #retired = false;
  #closed = false;

  private constructor(server: Server, options: TcpTransportOptions) {
    this.#server = server;
    this.#maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    this.#idleTimeout = options.idleTimeout ?? STREAM_IDLE_MS;
    this.#bound = this.#use(server, options);
  }

  /** Listens; rejects when address or port cannot be had. */
  static async open(options: TcpTransportOptions): Promise<TcpTransport> {
    return new TcpTransport(await listen(options), options);
  }

  get localAddress(): string {
    return this.#bound.address;
  }

  get localPort(): number {
    return this.#bound.port;
  }

  #use(server: Server, wanted: Binding): Binding {
    server.on('connection', (socket) => this.#accept(socket));
    server.on('error', (error) => this.#sink?.fault(error, this));
    this.#server = server;
    const bound = server.address();
    return typeof bound === 'object' && bound !== null
      ? { address: bound.address, port: bound.port }
      : wanted;
  }

  /** Listens elsewhere. Connections are not touched: those who made them go on where they are. */
  async rebind(to: Binding): Promise<void> {
    const before = this.#bound;
    const old = this.#server;
    let fresh: Server;
    try {
      fresh = await listen(to);
    } catch (error) {
      // 0.0.0.0 cannot be had while this transport listens on one address of the same port, or the other way round.
      if (to.port !== before.port) throw error;
      old.close();
      try {
        fresh = await listen(to);
      } catch (again) {
        this.#bound = this.#use(await listen(before), before);
        throw again;
      }
    }
    if (old.listening) old.close();
    this.#bound = this.#use(fresh, to);
    if (this.#closed || this.#retired) fresh.close();
  }

  keepAlive(): void {
    const silent = performance.now() - this.#idleTimeout;
    for (const { socket, open, heardAt } of this.#byId.values()) {
      // Our own packets put the socket's timeout off: whoever says nothing is ended here.
      if (heardAt < silent) socket.destroy();
      else if (open && socket.writableLength <= MAX_STREAM_BACKLOG) socket.write(PING);
    }
  }

  retire(kept: readonly Remote[]): void {
    if (!this.#retired) {
      this.#retired = true;
      this.#server.close();
    }
    const needed = new Set(kept.map((each) => this.#known(each)));
    for (const connection of this.#byId.values()) if (!needed.has(connection)) connection.socket.destroy();
  }

  async restore(): Promise<void> {
    if (!this.#retired || this.#closed) return;
    this.#bound = this.#use(await listen(this.#bound), this.#bound);
    this.#retired = false;
  }

  get connections(): number {
    return this.#byId.size;
  }

  attach(sink: TransportSink): void {
    this.#sink = sink;
  }

  #accept(socket: Socket): void {
    if (this.#closed || this.#byId.size >= this.#maxConnections) {
      socket.destroy();
      return;
    }
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined) socket.destroy();
    else this.#add(socket, remoteAddress, remotePort, true);
  }

  #add(socket: Socket, address: string, port: number, open: boolean): Connection {
    const id = this.#nextId++;
    if (this.probeAfter !== undefined) socket.setKeepAlive(true, this.probeAfter);
    const remote: Remote = { address, port, connection: id };
    const connection: Connection = {
      socket,
      remote,
      framer: new StreamFramer(),
      waiting: [],
      open,
      heardAt: performance.now(),
    };
    this.#byId.set(id, connection);
    this.#byRemote.set(`${address}:${port}`, connection);
    socket.setTimeout(open ? this.#idleTimeout : CONNECT_TIMEOUT_MS, () =>
      socket.destroy(connection.open ? undefined : new Error('connection attempt timed out')),
    );
    socket.on('data', (bytes: Buffer) => this.#data(connection, bytes));
    socket.on('error', (error) => {
      for (const failed of connection.waiting.splice(0)) failed(error);
      this.#sink?.fault(error, this, remote);
    });
    socket.on('close', () => this.#gone(connection, id));
    return connection;
  }

  #gone(connection: Connection, id: number): void {
    this.#byId.delete(id);
    const key = `${connection.remote.address}:${connection.remote.port}`;
    if (this.#byRemote.get(key) === connection) this.#byRemote.delete(key);
    for (const failed of connection.waiting.splice(0)) failed(new Error('connection closed'));
    this.#sink?.disconnected?.(connection.remote, this);
  }

  #data(connection: Connection, bytes: Buffer): void {
    connection.heardAt = performance.now();
    try {
      const { messages, pings } = connection.framer.push(bytes);
      if (pings > 0) connection.socket.write(PONG);
      for (const message of messages) this.#sink?.received(message, connection.remote, this);
    } catch (error) {
      this.#sink?.fault(error instanceof Error ? error : new Error(String(error)), this, connection.remote);
      // The boundary of the next message is lost; nothing on this stream can be trusted any more.
      connection.socket.destroy();
    }
  }

  #known(remote: Remote): Connection | undefined {
    const named = remote.connection === undefined ? undefined : this.#byId.get(remote.connection);
    return named ?? this.#byRemote.get(`${remote.address}:${remote.port}`);
  }

  #connection(remote: Remote): Connection | undefined {
    const known = this.#known(remote);
    if (known !== undefined && !known.socket.destroyed) return known;
    if (this.#byId.size >= this.#maxConnections) return undefined;
    const socket = connect({ host: remote.address, port: remote.port, noDelay: true });
    const connection = this.#add(socket, remote.address, remote.port, false);
    socket.once('connect', () => {
      connection.open = true;
      connection.waiting.length = 0;
      socket.setTimeout(this.#idleTimeout);
    });
    return connection;
  }

  alive(remote: Remote): boolean {
    if (remote.connection === undefined) return true;
    return this.#byId.get(remote.connection)?.socket.destroyed === false;
  }

  send(bytes: Buffer, remote: Remote, failed?: (error: Error) => void): void {
    const connection = this.#closed ? undefined : this.#connection(remote);
    if (connection === undefined) {
      failed?.(new Error(this.#closed ? 'transport closed' : 'too many connections'));
      return;
    }
    if (connection.socket.writableLength > MAX_STREAM_BACKLOG) {
      const error = new Error('peer does not read');
      connection.socket.destroy(error);
      failed?.(error);
      return;
    }
    if (!connection.open && failed !== undefined) connection.waiting.push(failed);
    connection.socket.write(bytes);
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#sink = undefined;
    for (const { socket } of this.#byId.values()) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

function listen({ address, port }: Binding): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true });
    server.once('error', reject);
    server.listen({ host: address, port }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}
