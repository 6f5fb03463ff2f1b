import type { Sorcery, SorceryObject } from '../sorcery/index.ts';

/** Endpoints read in one go while the index is built, between letting others run. */
const SLICE = 500;

/** All objects of a type: what is at hand one after the other, what is in a database at once. @throws {StoreError} */
export async function each(sorcery: Sorcery, type: string): Promise<Iterable<SorceryObject>> {
  return sorcery.isRemote(type) ? sorcery.list(type) : sorcery.all(type);
}

/**
 * Which endpoints use an address of record. Most installations never ask (a registered contact names its endpoint), so it
 * is built at the first question, a slice at a time, and kept right from then on by what is pushed.
 */
export class AorIndex {
  readonly #sorcery: Sorcery;
  readonly #offs: (() => void)[];
  #endpoints: Map<string, Set<string>> | undefined;
  #building: Promise<void> | undefined;
  #closed = false;

  constructor(sorcery: Sorcery) {
    this.#sorcery = sorcery;
    this.#offs = [
      sorcery.events.on('created', (object) => this.#change(undefined, object)),
      sorcery.events.on('updated', (object, before) => this.#change(before, object)),
      sorcery.events.on('deleted', (object) => this.#change(object, undefined)),
      sorcery.events.on('loaded', (type) => {
        if (type !== 'endpoint') return;
        this.#endpoints = undefined;
        this.#building = undefined;
      }),
    ];
  }

  /** Ids of the endpoints that use this address. @throws {StoreError} they are in a database that is away */
  async endpointsOf(aor: string): Promise<readonly string[]> {
    this.#building ??= this.#build();
    try {
      await this.#building;
    } catch (error) {
      this.#building = undefined;
      throw error;
    }
    return [...(this.#endpoints?.get(aor) ?? [])];
  }

  async #build(): Promise<void> {
    this.#endpoints = new Map();
    let count = 0;
    for (const endpoint of await each(this.#sorcery, 'endpoint')) {
      if (this.#closed) return;
      this.#add(endpoint);
      if (++count % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #change(before: SorceryObject | undefined, after: SorceryObject | undefined): void {
    if (this.#endpoints === undefined || (after ?? before)?.type.name !== 'endpoint') return;
    for (const aor of before?.list('aors') ?? []) {
      const ids = this.#endpoints.get(aor);
      ids?.delete(before?.id ?? '');
      if (ids?.size === 0) this.#endpoints.delete(aor);
    }
    if (after !== undefined) this.#add(after);
  }

  #add(endpoint: SorceryObject): void {
    const { id } = endpoint;
    for (const aor of endpoint.list('aors')) {
      const ids = this.#endpoints?.get(aor);
      if (ids === undefined) this.#endpoints?.set(aor, new Set([id]));
      else ids.add(id);
    }
  }

  close(): void {
    this.#closed = true;
    for (const off of this.#offs) off();
  }
}
