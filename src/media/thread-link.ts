import type { Worker } from 'node:worker_threads';
import { spawnWorker, systemClock } from '../platform/index.ts';
import { MediaError } from './api.ts';
import { MediaGraph } from './graph/media-graph.ts';
import type {
  Call,
  Calls,
  FromThread,
  Order,
  ThreadEvent,
  ThreadSettings,
  ToThread,
} from './graph/protocol.ts';

/** Who hears what happens in a media thread. */
export interface LinkListener {
  event(event: ThreadEvent): void;
  /** The thread ended by itself. Calls that waited have failed with `closed`. */
  died(reason: string): void;
}

/** The way to a media graph, wherever it runs. */
export interface ThreadLink {
  order(order: Order): void;
  /** Fails with a `MediaError`. */
  call<K extends keyof Calls>(call: K, args: Calls[K]['args']): Promise<Calls[K]['result']>;
  /** Closes the graph and, where there is one, its thread. */
  close(): Promise<void>;
}

/** A graph in the calling thread. Its events come later than the order that caused them, as from another thread. */
export class LocalLink implements ThreadLink {
  readonly #graph: MediaGraph;

  constructor(settings: ThreadSettings, listener: LinkListener) {
    this.#graph = new MediaGraph(settings, systemClock, (event) =>
      queueMicrotask(() => listener.event(event)),
    );
  }

  order(order: Order): void {
    this.#graph.order(order);
  }

  async call<K extends keyof Calls>(call: K, args: Calls[K]['args']): Promise<Calls[K]['result']> {
    return (await this.#graph.call({ call, args } as Call)) as Calls[K]['result'];
  }

  close(): Promise<void> {
    return this.#graph.close();
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: MediaError): void;
}

/** A graph in a worker thread. */
export class WorkerLink implements ThreadLink {
  readonly #worker: Worker;
  readonly #listener: LinkListener;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #nextId = 1;
  #closing = false;
  #dead = false;
  #reason = 'it ended without an error';

  constructor(settings: ThreadSettings, listener: LinkListener) {
    this.#listener = listener;
    this.#worker = spawnWorker(import.meta.url, './thread.ts', { workerData: settings });
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#reason = error.stack ?? error.message;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#end();
        resolve();
      });
    });
  }

  order(order: Order): void {
    if (!this.#dead) this.#post({ kind: 'order', order });
  }

  call<K extends keyof Calls>(call: K, args: Calls[K]['args']): Promise<Calls[K]['result']> {
    if (this.#dead) return Promise.reject(threadClosed());
    const id = this.#nextId++;
    return new Promise<Calls[K]['result']>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as Calls[K]['result']), reject });
      this.#post({ kind: 'call', id, call: { call, args } as Call });
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.call('close', undefined).catch(() => {});
    await this.#worker.terminate();
    await this.#exited;
  }

  /** Ends the thread as a fault would, to show what follows from it. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
    await this.#exited;
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromThread): void {
    if (message.kind === 'event') {
      this.#listener.event(message.event);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'result') waiting?.resolve(message.value);
    else waiting?.reject(new MediaError(message.code, message.message));
  }

  #end(): void {
    this.#dead = true;
    for (const waiting of this.#waiting.values()) waiting.reject(threadClosed());
    this.#waiting.clear();
    if (!this.#closing) this.#listener.died(this.#reason);
  }
}

function threadClosed(): MediaError {
  return new MediaError('closed', 'the media thread has ended');
}
