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
  /** Ends every connection and the socket; resolves when they are gone. */
  close(): Promise<void>;
}

/** Where a message came from and where its answers go. */
export interface Flow {
  readonly transport: Transport;
  readonly remote: Remote;
}
