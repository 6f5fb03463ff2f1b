import type { Emitter } from '../platform/index.ts';
import type { SwitchEvents } from './switch.ts';

/** How many messages a mailbox holds. */
export interface MessageCounts {
  readonly urgent: number;
  /** Not heard yet, the urgent ones not among them. */
  readonly new: number;
  readonly old: number;
}

export const NO_MESSAGES: MessageCounts = { urgent: 0, new: 0, old: 0 };

/** Whether a lamp should be lit. */
export function messagesWait({ urgent, new: fresh }: MessageCounts): boolean {
  return urgent + fresh > 0;
}

/** The counts of every mailbox that somebody keeps; raises `mailbox` whenever they are told. */
export class Mailboxes {
  readonly #counts = new Map<string, MessageCounts>();
  readonly #events: Emitter<SwitchEvents>;

  constructor(events: Emitter<SwitchEvents>) {
    this.#events = events;
  }

  get(mailbox: string): MessageCounts | undefined {
    return this.#counts.get(mailbox);
  }

  set(mailbox: string, counts: MessageCounts): void {
    this.#counts.set(mailbox, counts);
    this.#events.emit('mailbox', mailbox, counts);
  }

  /** Nobody keeps it any more: whoever showed its messages is told that there are none. */
  delete(mailbox: string): void {
    if (this.#counts.delete(mailbox)) this.#events.emit('mailbox', mailbox, NO_MESSAGES);
  }

  all(): IterableIterator<[string, MessageCounts]> {
    return this.#counts.entries();
  }
}
