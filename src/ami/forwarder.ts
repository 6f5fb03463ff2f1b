import type { Reply } from './action.ts';
import type { AmiUser } from './ami-config.ts';
import type { Packet } from './packet.ts';

/** An action that names another server. */
export interface ForwardRequest {
  readonly server: string;
  readonly action: string;
  readonly actionId: string | undefined;
  readonly packet: Packet;
  readonly user: AmiUser;
  /** Whether the user may do harm to the system. */
  readonly unrestricted: boolean;
  /** The session, for whoever counts by it. */
  readonly client: object;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
}

/** Sends actions to other servers. */
export interface Forwarder {
  /** The answer, or that the user may not; undefined when there are no other servers, and the header means nothing. */
  forward(request: ForwardRequest): Reply | 'denied' | undefined;
}
