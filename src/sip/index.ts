/**
 * Lives here: SIP (RFC 3261): messages, transports, transactions, dialogs, digest, and the user agent core over them.
 * Not here: SDP and media, who may call whom, channels, configuration, anything of Asterisk.
 * May ask: platform, log.
 */
export type {
  AnswerOptions,
  Authenticate,
  Counters,
  EndCause,
  InviteEvents,
  InvitePlan,
  PacketHook,
  Reinvite,
  RequestPlan,
  UserAgentOptions,
} from './agent/api.ts';
export { ClientInvite } from './agent/client-invite.ts';
export { InviteUsage } from './agent/invite-usage.ts';
export { isMadeHere } from './agent/requester.ts';
export { ServerInvite } from './agent/server-invite.ts';
export { UserAgent } from './agent/user-agent.ts';
export { Dialog, type DialogState } from './dialog/dialog.ts';
export { answerChallenge, type ClientCredentials } from './digest/client.ts';
export {
  type Challenge,
  type DigestCredentials,
  parseChallenge,
  parseCredentials,
} from './digest/credentials.ts';
export { type DigestAlgorithm, digestHex, ha1 } from './digest/hash.ts';
export { DigestServer, type DigestServerOptions, type Secret, type Verdict } from './digest/server.ts';
export * from './limits.ts';
export {
  type HeaderList,
  newRequest,
  type RequestOptions,
  type ResponseOptions,
  respond,
} from './message/build.ts';
export { quote, unquote } from './message/chars.ts';
export { SipParseError } from './message/error.ts';
export { type Framed, StreamFramer } from './message/framer.ts';
export { canonicalHeader } from './message/header-names.ts';
export { type CSeq, SipMessage, SipRequest, SipResponse } from './message/message.ts';
export { NameAddr, splitList, tagOf } from './message/name-addr.ts';
export { Params } from './message/params.ts';
export { parseMessage } from './message/parse.ts';
export { newBranch, newCallId, newTag } from './message/random.ts';
export { reasonPhrase } from './message/reason.ts';
export { Uri, type UriParts } from './message/uri.ts';
export { validateRequest, validateResponse } from './message/validate.ts';
export { Via } from './message/via.ts';
export { ServerTransaction } from './transaction/transaction.ts';
export { MemoryNetwork, MemoryTransport } from './transport/memory.ts';
export { type Resolver, systemResolver, type Target } from './transport/target.ts';
export { TcpTransport, type TcpTransportOptions } from './transport/tcp.ts';
export type { Binding, Flow, Protocol, Remote, Transport, TransportSink } from './transport/transport.ts';
export { UdpTransport, type UdpTransportOptions } from './transport/udp.ts';
