import type { SorceryObject } from './sorcery-object.ts';
import { Sorted } from './sorted.ts';
import type { Problem, Wizard } from './wizard.ts';

/** Objects that come from somewhere else than sorcery: they are read and listed, and nobody changes them here. */
export class ReadOnlyWizard implements Wizard {
  readonly name: string;
  readonly argument: string;
  readonly writable = false;
  #problems: readonly Problem[] = [];
  #objects: ReadonlyMap<string, SorceryObject> = new Map();
  #sorted = new Sorted<SorceryObject>();

  constructor(name: string, argument = '') {
    this.name = name;
    this.argument = argument;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Puts other objects in the place of all there were; lists show them in the order of their ids. */
  replace(objects: Iterable<SorceryObject>, problems: readonly Problem[] = []): void {
    this.#objects = new Map([...objects].map((each) => [each.id, each]));
    this.#sorted = new Sorted(this.#objects.values());
    this.#problems = problems;
  }

  /** The objects stay as they were, because of these. */
  protected keep(problems: readonly Problem[]): void {
    this.#problems = problems;
  }

  get(id: string): SorceryObject | undefined {
    return this.#objects.get(id);
  }

  all(prefix = ''): Iterable<SorceryObject> {
    return this.#sorted.from(prefix);
  }

  async create(): Promise<boolean> {
    return false;
  }

  async update(): Promise<boolean> {
    return false;
  }

  async delete(): Promise<boolean> {
    return false;
  }
}
