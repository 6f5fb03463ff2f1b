import {
  MemoryNetwork,
  MemoryTransport,
  type ServerTransaction,
  type SipRequest,
  UserAgent,
} from '../sip/index.ts';
import { PjsipBench } from './test-bench.ts';

/** The bench with a user agent of ours at 192.0.2.1, and somebody else on the same network who answers as a test says. */
export class PeerBench extends PjsipBench {
  readonly network = new MemoryNetwork();
  readonly agent: UserAgent;
  readonly peer: UserAgent;
  /** What came to the other one. */
  readonly came: SipRequest[] = [];
  /** How the other one answers. */
  answer: (transaction: ServerTransaction, request: SipRequest) => void = (transaction) =>
    transaction.reply(200);

  constructor(peer: { readonly address: string; readonly port: number }, supported: readonly string[] = []) {
    super();
    const { clock } = this;
    this.agent = new UserAgent({ clock, product: 'Asterism', onRequest: () => {}, onInvite: () => {} });
    this.agent.addTransport(new MemoryTransport(this.network, '192.0.2.1'));
    this.peer = new UserAgent({
      clock,
      supported,
      onInvite: () => {},
      onRequest: (request, transaction) => {
        this.came.push(request);
        this.answer(transaction, request);
      },
    });
    this.peer.addTransport(new MemoryTransport(this.network, peer.address, peer.port));
  }

  /** @throws {Error} when something of either agent, or of who used it, still waits for its time */
  override async close(): Promise<void> {
    await this.agent.close();
    await this.peer.close();
    const { pending } = this.clock;
    await super.close();
    if (pending !== 0) throw new Error(`${pending} timers were left`);
  }
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
}
