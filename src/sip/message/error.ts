import type { SipMessage } from './message.ts';

/**
 * Something on the wire that is not SIP as agreed. `status` is what a server answers with (400, 413, 505 …);
 * `salvaged` is the message as far as it was understood, to answer from where it has a Via, From, To, Call-ID and CSeq.
 */
export class SipParseError extends Error {
  readonly status: number;
  readonly salvaged: SipMessage | undefined;

  constructor(message: string, status = 400, salvaged?: SipMessage) {
    super(message);
    this.name = 'SipParseError';
    this.status = status;
    this.salvaged = salvaged;
  }
}
