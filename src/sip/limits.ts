/** Largest message taken or framed, bytes: what a UDP datagram can carry (RFC 3261 §18.1.1). */
export const MAX_MESSAGE_BYTES = 65_535;
/** Header lines of one message; real ones stay below 60 even through ten proxies. */
export const MAX_HEADERS = 256;
/** Characters of one header line, folded lines joined. */
export const MAX_HEADER_LINE = 8_192;
/** Elements of one comma-separated header that are looked at. */
export const MAX_LIST_ELEMENTS = 256;
/** Parameters of one URI or header value; the rest is an error. */
export const MAX_PARAMS = 64;
/** Server transactions kept; beyond it finished ones are forgotten early, then new requests get 503. */
export const MAX_SERVER_TRANSACTIONS = 50_000;
/** Client transactions kept; beyond it a request fails at once with a local 503. */
export const MAX_CLIENT_TRANSACTIONS = 50_000;
/** Dialogs kept; beyond it a new INVITE gets 503. */
export const MAX_DIALOGS = 50_000;
/** Early dialogs one outgoing INVITE may fork into. */
export const MAX_FORKS = 16;
/** Stream connections open at once, accepted and made. */
export const MAX_CONNECTIONS = 10_000;
/** Bytes waiting to be written on one stream connection before it is given up. */
export const MAX_STREAM_BACKLOG = 1_048_576;
/** Milliseconds a stream connection may stay silent before it is closed. */
export const STREAM_IDLE_MS = 30 * 60_000;
/** Milliseconds a connection attempt may take. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** Kernel receive buffer of a UDP socket, bytes: a burst is lost without it. */
export const UDP_RECEIVE_BUFFER = 4 * 1_048_576;
/** Datagrams that wait while a socket moves to another address; more are lost. */
export const MAX_HELD_DATAGRAMS = 1_000;
/** Milliseconds between looks at whether a transport that is out of use is still needed by calls. */
export const RETIRE_CHECK_MS = 500;
/** Milliseconds that it stays after the last of them, for copies of what was answered. */
export const RETIRE_LINGER_MS = 4_000;
/** Hops given to a new request (RFC 3261 §8.1.1.6). */
export const DEFAULT_MAX_FORWARDS = 70;
