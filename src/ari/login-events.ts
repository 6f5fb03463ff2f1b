import type { Socket } from 'node:net';
import type {
  SecurityAddress,
  SecurityEventKind,
  SecurityEvents,
  SecurityReport,
} from '../security/index.ts';

/** What of a connection is told: a `TLSSocket` says that it is encrypted. */
export type Connection = Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>;

export type LoginLog = Pick<SecurityEvents, 'raise' | 'note'>;

/**
 * Tells of logins as the manager interface does of its own, so that watchers of the `security` log level see both. Managers
 * hear of it when they are meant to: the original tells them nothing. Each request of ARI logs in: what succeeded before
 * on the same connection is told once.
 */
export class LoginEvents {
  readonly #security: LoginLog;
  readonly #toManagers: () => boolean;
  /** Who was let in last over a connection. */
  readonly #admitted = new WeakMap<Connection, string>();

  constructor(security: LoginLog, toManagers: () => boolean) {
    this.#security = security;
    this.#toManagers = toManagers;
  }

  admitted(connection: Connection | undefined, account: string): void {
    if (connection === undefined || this.#admitted.get(connection) === account) return;
    this.#admitted.set(connection, account);
    this.#raise('SuccessfulAuth', connection, account, [['UsingPassword', '1']]);
  }

  /** `account` is whom the other end claims to be; empty when it does not say. */
  refused(
    kind: 'InvalidAccountID' | 'InvalidPassword' | 'FailedACL',
    connection: Connection | undefined,
    account: string,
  ): void {
    if (connection !== undefined) this.#raise(kind, connection, account, []);
  }

  #raise(
    kind: SecurityEventKind,
    connection: Connection,
    account: string,
    details: readonly (readonly [name: string, value: string])[],
  ): void {
    const { localAddress, localPort, remoteAddress, remotePort } = connection;
    const remote = end(connection, remoteAddress, remotePort);
    const report: SecurityReport = {
      kind,
      service: 'ARI',
      account: account === '' ? '<unknown>' : account,
      session: `${remote.address}:${remote.port}`,
      local: end(connection, localAddress, localPort),
      remote,
      details,
    };
    if (this.#toManagers()) this.#security.raise(report);
    else this.#security.note(report);
  }
}

function end(connection: Connection, address = '', port = 0): SecurityAddress {
  const mapped = address.startsWith('::ffff:') && address.includes('.');
  return {
    protocol: 'encrypted' in connection ? 'TLS' : 'TCP',
    address: mapped ? address.slice('::ffff:'.length) : address,
    port,
  };
}
