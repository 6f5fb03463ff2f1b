import type { ServerTransaction } from './transaction.ts';

/**
 * Transactions that only wait for copies of their message, oldest first. Linked through the transactions themselves:
 * a `Set` would walk over every place that was emptied before it found the oldest.
 */
export class FinishedList {
  #oldest: ServerTransaction | undefined;
  #newest: ServerTransaction | undefined;

  get oldest(): ServerTransaction | undefined {
    return this.#oldest;
  }

  add(transaction: ServerTransaction): void {
    transaction.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = transaction;
    else this.#newest.newer = transaction;
    this.#newest = transaction;
  }

  /** One that is not in the list is passed over. */
  remove(transaction: ServerTransaction): void {
    const { older, newer } = transaction;
    if (older === undefined && this.#oldest !== transaction) return;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    transaction.older = undefined;
    transaction.newer = undefined;
  }
}
