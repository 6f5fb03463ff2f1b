import type { EndpointRef } from './endpoints.ts';

/** A text message outside of any call. */
export interface TextMessage {
  /** `pjsip:100@example.com`. */
  readonly to: string;
  /** `"Alice" <sip:alice@example.com>`. */
  readonly from: string;
  readonly body: string;
  /** What else came with it, by name: headers, and how it came. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Where the dial plan takes it. */
  readonly context: string;
  readonly exten: string;
}

/** A message that somebody here wants sent. */
export interface OutgoingMessage {
  /** In the words of the technology, its name in front: `pjsip:alice`, `pjsip:trunk/sip:bob@example.com`. */
  readonly destination: string;
  /** Whom it says it is to and from; empty for what the technology makes of it. */
  readonly to: string;
  readonly from: string;
  readonly body: string;
  /** Headers of its own. */
  readonly variables: readonly (readonly [name: string, value: string])[];
}

/** How a technology sends messages; resolves when one is on its way. @throws {MessageError} */
export type MessageSender = (message: OutgoingMessage, destination: string) => Promise<void>;

/** What became of a message: somebody has it, somebody would have it and cannot now, or it is for nobody. */
export type Taken = 'taken' | 'busy' | 'nobody';

/** Whoever takes messages that come in, when the message is for it. */
export type MessageTaker = (endpoint: EndpointRef, message: TextMessage) => Taken;

/** A message cannot be sent: no technology knows the name, or this one does not know where to send it. */
export class MessageError extends Error {
  readonly kind: 'technology' | 'destination';

  constructor(kind: MessageError['kind'], text: string) {
    super(text);
    this.kind = kind;
  }
}

/** Text messages outside of calls, between technologies and those who take and send them. */
export class TextMessages {
  readonly #senders = new Map<string, MessageSender>();
  readonly #takers = new Set<MessageTaker>();

  /** A technology sends what begins with its name; the returned function takes that away again. */
  provide(technology: string, send: MessageSender): () => void {
    this.#senders.set(technology, send);
    return () => this.#senders.delete(technology);
  }

  /** Takes messages from now on; the returned function ends it. */
  take(taker: MessageTaker): () => void {
    this.#takers.add(taker);
    return () => this.#takers.delete(taker);
  }

  /** @throws {MessageError} */
  async send(message: OutgoingMessage): Promise<void> {
    const { destination } = message;
    const colon = destination.indexOf(':');
    const sender = colon < 0 ? undefined : this.#senders.get(destination.slice(0, colon).toLowerCase());
    if (sender === undefined) throw new MessageError('technology', `nothing sends to '${destination}'`);
    await sender(message, destination.slice(colon + 1));
  }

  /** Hands a message to all whom it is for. */
  received(endpoint: EndpointRef, message: TextMessage): Taken {
    let result: Taken = 'nobody';
    for (const take of this.#takers) {
      const taken = take(endpoint, message);
      if (result !== 'taken' && taken !== 'nobody') result = taken;
    }
    return result;
  }
}
