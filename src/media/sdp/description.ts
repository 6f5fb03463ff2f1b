/** A session description (RFC 8866), in the order of its lines. */
export interface SessionDescription {
  readonly origin: Origin;
  /** `s=`; a lone `-` or blank where there is none. */
  readonly name: string;
  readonly connection: Connection | undefined;
  /** `b=` values. */
  readonly bandwidth: readonly string[];
  /** `t=` values; at least `0 0`. */
  readonly times: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly media: readonly MediaDescription[];
}

/** `o=`: numbers stay text, they may be longer than 53 bits. */
export interface Origin {
  readonly username: string;
  readonly sessionId: string;
  readonly sessionVersion: string;
  readonly family: AddressFamily;
  readonly address: string;
}

export type AddressFamily = 'IP4' | 'IP6';

export interface Connection {
  readonly family: AddressFamily;
  /** Without the `/ttl` of multicast. */
  readonly address: string;
}

/** `a=name` or `a=name:value`. */
export interface Attribute {
  readonly name: string;
  readonly value?: string;
}

export interface MediaDescription {
  /** `audio`, `video`, `image`, … */
  readonly type: string;
  /** 0 is a rejected or unused stream. */
  readonly port: number;
  /** `RTP/AVP`, `RTP/SAVP`, `udptl`, … */
  readonly protocol: string;
  /** Payload types, or whatever the protocol counts as formats. */
  readonly formats: readonly string[];
  /** Its own `c=`, where it has one. */
  readonly connection: Connection | undefined;
  readonly bandwidth: readonly string[];
  readonly attributes: readonly Attribute[];
}

export type SdpErrorCode = 'too-long' | 'too-many' | 'bad-line' | 'missing' | 'bad-value';

/** Why a text is no session description; `line` counts from 1, 0 where the fault is not in one line. */
export class SdpError extends Error {
  readonly code: SdpErrorCode;
  readonly line: number;

  constructor(code: SdpErrorCode, line: number, message: string) {
    super(line > 0 ? `SDP line ${line}: ${message}` : `SDP: ${message}`);
    this.name = 'SdpError';
    this.code = code;
    this.line = line;
  }
}

/** First attribute of this name; names are compared as they stand (RFC 8866 §6). */
export function attribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  for (const each of attributes) if (each.name === name) return each;
  return undefined;
}
