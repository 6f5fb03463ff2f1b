import type { SorceryObject } from './sorcery-object.ts';

/** A wizard whose objects are somewhere else, so that reading them takes time. */
export interface RemoteWizard {
  /** Asks for objects; the answer has those that are there. @throws {StoreError} */
  fetch(ids: readonly string[]): Promise<ReadonlyMap<string, SorceryObject>>;
  /** Asks for every object whose id begins with `prefix`, in order. @throws {StoreError} */
  fetchAll(prefix: string): Promise<readonly SorceryObject[]>;
  /** What it was told last; may be old. */
  readonly known: {
    get(id: string): SorceryObject | undefined;
    all(prefix: string): Iterable<SorceryObject>;
  };
}

/** Rounds of asking that one piece of reading may need: the depth of what depends on what, with room. */
const MAX_ROUNDS = 32;

/** What remote wizards answered to one piece of reading, and what it still wants to know. */
class Answers {
  readonly #objects = new Map<RemoteWizard, Map<string, SorceryObject | undefined>>();
  readonly #lists = new Map<RemoteWizard, Map<string, readonly SorceryObject[]>>();
  readonly #wantedIds = new Map<RemoteWizard, Set<string>>();
  readonly #wantedLists = new Map<RemoteWizard, Set<string>>();
  /** What has to be done before anything is certain: filling a cache. */
  readonly #tasks = new Map<object, () => Promise<unknown>>();
  /** Questions so far that had no answer yet: who compares it before and after knows whether an answer is certain. */
  guesses = 0;

  get complete(): boolean {
    return this.#wantedIds.size === 0 && this.#wantedLists.size === 0 && this.#tasks.size === 0;
  }

  get(wizard: RemoteWizard, id: string): SorceryObject | undefined {
    const answered = this.#objects.get(wizard);
    if (answered?.has(id)) return answered.get(id);
    this.guesses++;
    addTo(this.#wantedIds, wizard, id);
    return wizard.known.get(id);
  }

  all(wizard: RemoteWizard, prefix: string): Iterable<SorceryObject> {
    const answered = this.#lists.get(wizard)?.get(prefix);
    if (answered !== undefined) return answered;
    this.guesses++;
    addTo(this.#wantedLists, wizard, prefix);
    return wizard.known.all(prefix);
  }

  need(owner: object, task: () => Promise<unknown>): void {
    this.guesses++;
    this.#tasks.set(owner, task);
  }

  async ask(): Promise<void> {
    const questions: Promise<unknown>[] = [...this.#tasks.values()].map((task) => task());
    this.#tasks.clear();
    for (const [wizard, ids] of this.#wantedIds) questions.push(this.#askFor(wizard, [...ids]));
    for (const [wizard, prefixes] of this.#wantedLists)
      for (const prefix of prefixes) questions.push(this.#askForAll(wizard, prefix));
    this.#wantedIds.clear();
    this.#wantedLists.clear();
    await Promise.all(questions);
  }

  async #askFor(wizard: RemoteWizard, ids: readonly string[]): Promise<void> {
    const found = await wizard.fetch(ids);
    const answered = this.#objects.get(wizard) ?? new Map<string, SorceryObject | undefined>();
    for (const id of ids) answered.set(id, found.get(id));
    this.#objects.set(wizard, answered);
  }

  async #askForAll(wizard: RemoteWizard, prefix: string): Promise<void> {
    const found = await wizard.fetchAll(prefix);
    const answered = this.#lists.get(wizard) ?? new Map<string, readonly SorceryObject[]>();
    this.#lists.set(wizard, answered.set(prefix, found));
    const objects = this.#objects.get(wizard) ?? new Map<string, SorceryObject | undefined>();
    for (const object of found) objects.set(object.id, object);
    this.#objects.set(wizard, objects);
  }
}

function addTo(map: Map<RemoteWizard, Set<string>>, wizard: RemoteWizard, value: string): void {
  const set = map.get(wizard);
  if (set === undefined) map.set(wizard, new Set([value]));
  else set.add(value);
}

/**
 * Reading that may have to ask a database. Code that reads objects is synchronous, because nearly all wizards answer at
 * once and packets are many. Where objects are remote, the code runs on what was known last, while what it asked for
 * is noted; all of that is fetched together, and the code runs again with the answers, until nothing is a guess. So
 * one piece of reading costs as many round trips as its questions depend on each other, not as many as there are.
 */
export class Reader {
  #answers: Answers | undefined;

  /** Runs `read`, which must do nothing but read. Returns at once when no remote wizard was asked. @throws {StoreError} */
  settle<T>(read: () => T): T | Promise<T> {
    // Within another piece of reading, its answers serve this one too.
    if (this.#answers !== undefined) return read();
    const answers = new Answers();
    const result = this.#run(answers, read);
    return answers.complete ? result : this.#again(answers, read);
  }

  async #again<T>(answers: Answers, read: () => T): Promise<T> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await answers.ask();
      const result = this.#run(answers, read);
      if (answers.complete) return result;
    }
    throw new Error(`a piece of reading did not come to an end in ${MAX_ROUNDS} rounds`);
  }

  #run<T>(answers: Answers, read: () => T): T {
    this.#answers = answers;
    try {
      return read();
    } finally {
      this.#answers = undefined;
    }
  }

  /** How many answers so far were guesses; undefined outside of `settle`, where every remote answer is one. */
  get guesses(): number | undefined {
    return this.#answers?.guesses;
  }

  /** Has something done before the reading goes on; elsewhere it is begun, and nobody waits for it. */
  need(owner: object, task: () => Promise<unknown>): void {
    if (this.#answers === undefined) task().catch(() => {});
    else this.#answers.need(owner, task);
  }

  get(wizard: RemoteWizard, id: string): SorceryObject | undefined {
    return this.#answers === undefined ? wizard.known.get(id) : this.#answers.get(wizard, id);
  }

  all(wizard: RemoteWizard, prefix: string): Iterable<SorceryObject> {
    return this.#answers === undefined ? wizard.known.all(prefix) : this.#answers.all(wizard, prefix);
  }
}
