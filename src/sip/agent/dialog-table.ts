import { type Dialog, dialogKey } from '../dialog/dialog.ts';
import type { SipRequest } from '../message/message.ts';
import type { Flow } from '../transport/transport.ts';
import type { DialogUser } from './host.ts';

/** A dialog, who gets its requests, and where the latest of them came from. */
interface Held {
  readonly dialog: Dialog;
  readonly user: DialogUser;
  from: Flow | undefined;
}

/** The dialogs of an agent, found by what a request in one of them says (RFC 3261 §12.2.2). */
export class DialogTable {
  readonly #held = new Map<string, Held>();

  get size(): number {
    return this.#held.size;
  }

  adopt(dialog: Dialog, user: DialogUser): void {
    this.#held.set(dialog.key, { dialog, user, from: undefined });
  }

  release(dialog: Dialog): void {
    const { key } = dialog;
    if (this.#held.get(key)?.dialog === dialog) this.#held.delete(key);
  }

  /** The dialog that this request is in, which came by this flow. */
  find(request: SipRequest, flow: Flow): { readonly dialog: Dialog; readonly user: DialogUser } | undefined {
    const found = this.#held.get(dialogKey(request.callId, request.toTag ?? '', request.fromTag ?? ''));
    if (found !== undefined) found.from = flow;
    return found;
  }

  /** Where their requests go to and come from. */
  *flows(): Iterable<Flow> {
    // A peer that follows our Contact may have made a connection of its own for what comes after the INVITE.
    for (const { user, from } of this.#held.values()) {
      if (user.flow !== undefined) yield user.flow;
      if (from !== undefined) yield from;
    }
  }

  /** Ends them all without a word to the peers. */
  close(): void {
    for (const { user } of [...this.#held.values()]) user.stop();
    this.#held.clear();
  }
}
