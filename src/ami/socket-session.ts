import type { Duplex } from 'node:stream';
import type { Timer } from '../platform/index.ts';
import type { SecurityAddress } from '../security/index.ts';
import { failure, type RelayedReply, type Reply } from './action.ts';
import { MAX_BACKLOG_CHARS, Outbox } from './outbox.ts';
import { header, type Packet } from './packet.ts';
import { Session, type SessionHost } from './session.ts';
import { lineWire, type Wire } from './wire.ts';

/** While more waits for the client than this, a list makes a pause. */
const LIST_PAUSE_CHARS = 64 * 1024;
/** How long a client has to read the last answer and close. */
const LINGER_MS = 1_000;
/** How long a client that has not logged in may take to read. */
const STRANGER_PATIENCE_MS = 5_000;
/** Events that wait behind an action that works. */
const MAX_HELD_CHARS = MAX_BACKLOG_CHARS;

export interface SocketEnds {
  readonly local: SecurityAddress;
  readonly remote: SecurityAddress;
}

/**
 * A client on a connection: packets in order, one at a time; events between answers, never inside of one. A client
 * that sends more while an action works is not read from until it is answered.
 */
export class SocketSession {
  readonly session: Session;
  readonly #host: SessionHost;
  readonly #socket: Duplex;
  readonly #outbox: Outbox;
  readonly #closed: () => void;
  readonly #wire: Wire;
  /** Packets, and why others were refused. */
  readonly #packets: (Packet | string)[] = [];
  readonly #held: string[] = [];
  #heldChars = 0;
  readonly #waiters = new Set<() => void>();
  #busy = false;
  #ending = false;
  #gone = false;
  #list: Iterator<string> | undefined;
  #listDone: () => void = () => {};
  #deadline: Timer | undefined;

  constructor(
    host: SessionHost,
    socket: Duplex,
    ends: SocketEnds,
    closed: () => void,
    wire: Wire = lineWire,
  ) {
    this.#host = host;
    this.#wire = wire;
    this.#socket = socket;
    this.#closed = closed;
    this.session = new Session(host, {
      ...ends,
      deliver: (text) => this.#deliver(text),
      waitEvent: (seconds) => this.#waitEvent(seconds),
      overHttp: false,
      disconnect: (how) => this.close(how),
    });
    this.#outbox = new Outbox({
      socket,
      clock: host.clock,
      patience: () => this.session.user?.writeTimeoutMs ?? STRANGER_PATIENCE_MS,
      failed: (fault) => {
        host.log.warning(
          `Manager '${this.session.user?.name ?? ''}' at ${ends.remote.address} is dropped: ${
            fault === 'stalled' ? 'it does not read what is sent' : 'too much waits for it'
          }`,
        );
        this.close('was dropped');
      },
      empty: () => this.#emptied(),
    });
    const reader = wire.reader(
      (packet) => this.#packets.push(packet),
      (message) => this.#packets.push(message),
    );
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      if (this.#ending) return;
      if (!reader.take(chunk)) this.close('was dropped');
      else this.#work();
    });
    socket.on('error', () => this.close('disconnected'));
    socket.on('close', () => this.close('disconnected'));
    this.#deadline = host.clock.after(host.config().authTimeout * 1000, () => {
      if (this.session.user === undefined) this.close('took too long');
    });
    if (wire.banner !== '') this.#outbox.write(wire.banner);
  }

  /** Takes a packet as if the client had sent it. */
  take(packet: Packet): void {
    this.#packets.push(packet);
    this.#work();
  }

  /** Answers what has been read, until an action takes its time. */
  #work(): void {
    while (!this.#busy && !this.#ending && !this.#gone) {
      const next = this.#packets.shift();
      if (next === undefined) {
        this.#socket.resume();
        return;
      }
      this.#busy = true;
      if (typeof next === 'string') this.#answer(failure(next), undefined);
      else this.#run(next);
    }
    if (this.#busy) this.#socket.pause();
  }

  #run(packet: Packet): void {
    const id = header(packet, 'ActionID');
    const actionId = id === '' ? undefined : id;
    const reply = this.session.dispatch(packet);
    if (!(reply instanceof Promise)) {
      if (reply.kind === 'relayed') this.#relay(reply);
      else this.#answer(reply, actionId);
    } else
      void reply.then((late) => {
        this.#answer(late, actionId);
        this.#work();
      });
  }

  /** What another server answers comes between other answers, whenever it comes: nothing waits for it. */
  #relay(reply: RelayedReply): void {
    this.#idle();
    void reply.run((text) => this.#write(text));
  }

  #answer(reply: Reply, actionId: string | undefined): void {
    if (this.#gone) return;
    this.#list = this.#wire.answer(reply, actionId);
    this.#listDone = () => {
      if ('closes' in reply && reply.closes === true) {
        this.#end(reply.kind === 'goodbye' ? 'logged off' : 'was refused');
        return;
      }
      if ('afterwards' in reply) reply.afterwards?.();
      if (this.session.user !== undefined) this.#admitted();
      this.#idle();
    };
    this.#continue();
  }

  /** The next packet may be answered; what waited behind this one leaves. */
  #idle(): void {
    this.#busy = false;
    this.#heldChars = 0;
    for (const each of this.#held.splice(0)) this.#outbox.write(each);
  }

  /** Writes as much of an answer as the client keeps up with. */
  #continue(): void {
    while (this.#list !== undefined && this.#outbox.backlog < LIST_PAUSE_CHARS && !this.#gone) {
      let next: IteratorResult<string>;
      try {
        next = this.#list.next();
      } catch (error) {
        this.#host.log.error(`A list broke off: ${error instanceof Error ? error.stack : String(error)}`);
        this.close('was dropped');
        return;
      }
      if (next.done === true) {
        this.#list = undefined;
        this.#listDone();
      } else this.#outbox.write(next.value);
    }
  }

  #emptied(): void {
    if (this.#list !== undefined) {
      this.#continue();
      this.#work();
    } else if (this.#ending) this.#socket.end();
  }

  #admitted(): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
  }

  #deliver(text: string): void {
    this.#write(text);
    for (const each of [...this.#waiters]) each();
  }

  /** Whole packets that no action of this side answers with. */
  #write(text: string): void {
    if (this.#gone || this.#ending) return;
    const written = this.#wire.rendered(text);
    if (this.#busy) this.#hold(written);
    else this.#outbox.write(written);
  }

  /** An event that comes while an action works waits for its answer; these have the outbox's bound. */
  #hold(text: string): void {
    this.#held.push(text);
    this.#heldChars += text.length;
    if (this.#heldChars > MAX_HELD_CHARS) {
      this.#host.log.warning(
        `Manager '${this.session.user?.name ?? ''}' is dropped: too many events wait behind an action`,
      );
      this.close('was dropped');
    }
  }

  /** On a connection events come by themselves: the wait ends with the first. */
  #waitEvent(seconds: number | undefined): Promise<string> {
    return new Promise((resolve) => {
      const timer = seconds === undefined ? undefined : this.#host.clock.after(seconds * 1000, () => done());
      const done = () => {
        timer?.cancel();
        this.#waiters.delete(done);
        resolve('');
      };
      this.#waiters.add(done);
    });
  }

  /** Closes behind what was written last. */
  #end(how: string): void {
    this.#ending = true;
    this.#admitted();
    this.session.close(how);
    this.#socket.resume();
    this.#deadline = this.#host.clock.after(LINGER_MS, () => this.close(how));
    if (this.#outbox.backlog === 0) this.#socket.end();
  }

  close(how: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#deadline?.cancel();
    this.#outbox.close();
    this.#packets.length = 0;
    this.#held.length = 0;
    for (const each of [...this.#waiters]) each();
    this.session.close(how);
    this.#socket.destroy();
    this.#closed();
  }
}
