import { type HeaderList, respond } from '../message/build.ts';
import { SipParseError } from '../message/error.ts';
import { SipRequest, type SipResponse } from '../message/message.ts';
import { replyPath } from '../transaction/reply-path.ts';
import type { Flow, Remote } from '../transport/transport.ts';

/** An answer to a request that has no transaction, and by which flow it goes. */
export interface StatelessReply {
  readonly response: SipResponse;
  readonly flow: Flow;
}

/** What else such an answer says. */
export interface ReplyDetails {
  /** For a person to read: 399 (RFC 3261 §20.43). */
  readonly warning?: string;
  readonly headers?: HeaderList;
}

/** Answers a request that came by this flow (RFC 3261 §8.2.7). */
export function statelessReply(
  request: SipRequest,
  flow: Flow,
  status: number,
  { warning, headers = [] }: ReplyDetails = {},
): StatelessReply {
  const { transport } = flow;
  const remote = answerTo(request, flow);
  const response = respond(request, status, undefined, { headers });
  if (warning !== undefined)
    response.append('Warning', `399 ${transport.localAddress} "${printable(warning)}"`);
  return { response, flow: { transport, remote } };
}

/** What is left of a malformed message, where it is a request that can be answered; anything else is dropped (RFC 3261 §8.2, RFC 4475 §3.1.2). */
export function answerable({ salvaged }: SipParseError): SipRequest | undefined {
  if (!(salvaged instanceof SipRequest) || salvaged.method === 'ACK') return undefined;
  // What else is missing cannot be copied into the answer and is left out (RFC 4475 §3.3.1).
  return salvaged.has('Via') && salvaged.has('CSeq') ? salvaged : undefined;
}

/** Where answers to a request go; back to where it came from when its Via cannot be read. */
function answerTo(request: SipRequest, flow: Flow): Remote {
  try {
    return replyPath(request, flow).to;
  } catch (error) {
    if (error instanceof SipParseError) return flow.remote;
    throw error;
  }
}

/** Text fit for a quoted string of a header. */
function printable(text: string): string {
  let out = '';
  for (const character of text.replaceAll('"', "'"))
    out += character >= ' ' && character <= '~' && character !== '\\' ? character : '?';
  return out;
}
