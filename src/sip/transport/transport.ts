/** Transports as they stand in Via and `transport=` parameters, lower case. */
export type Protocol = 'udp' | 'tcp' | 'tls';

/** The other end. `connection` names one stream connection and is kept by the transport that set it. */
export interface Remote {
  readonly address: string;
  readonly port: number;
  readonly connection?: number;
}

/** What a transport tells its owner. */
export interface TransportSink {
  /** One whole message (a datagram or what was framed from a stream). The bytes are the receiver's to keep. */
  received(bytes: Buffer, remote: Remote, transport: Transport): void;
  /** A stream that broke the rules, or a socket error that belongs to no send. */
  fault(error: Error, transport: Transport, remote?: Remote): void;
  /** A stream connection is gone. */
  disconnected?(remote: Remote, transport: Transport): void;
}

/** Where a socket listens. */
export interface Binding {
  /** '0.0.0.0' or '::' for every address. */
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** Carries whole SIP messages. Knows nothing of what is in them. */
export interface Transport {
  readonly protocol: Protocol;
  /** Streams deliver or fail; UDP does neither: timers of the transaction layer differ. */
  readonly reliable: boolean;
  /** Address bound to, '0.0.0.0' or '::' when bound to every one. */
  readonly localAddress: string;
  readonly localPort: number;
  /** Hands over what arrives from now on. */
  attach(sink: TransportSink): void;
  /** `failed` is called at most once, later, when the message could not be handed to the network. */
  send(bytes: Buffer, remote: Remote, failed?: (error: Error) => void): void;
  /** Streams: whether the connection that `remote` names still stands. */
  alive?(remote: Remote): boolean;
  /** Streams: sends an empty packet on every connection, so that NATs and firewalls remember it (RFC 5626 §3.5.1). */
  keepAlive?(): void;
  /** Streams: accepts no more connections and ends all but those to these peers. May be called again with fewer. */
  retire?(kept: readonly Remote[]): void;
  /** Streams: accepts connections again. Rejects when address or port cannot be had any more. */
  restore?(): Promise<void>;
  /**
   * Listens elsewhere; what is under way goes on. Rejects when address or port cannot be had, and listens where it did.
   */
  rebind?(to: Binding): Promise<void>;
  /** Ends every connection and the socket; resolves when they are gone. */
  close(): Promise<void>;
}

/** Where a message came from and where its answers go. */
export interface Flow {
  readonly transport: Transport;
  readonly remote: Remote;
}
