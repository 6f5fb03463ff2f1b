import type { ObjectType } from './object-type.ts';
import type { SorceryObject } from './sorcery-object.ts';

/** An object that could not be loaded, or a line or section that could not be used, and where. */
export interface Problem {
  readonly type: string;
  /** Empty for a mapping. */
  readonly id: string;
  readonly file: string;
  /** 0 when it is the file as a whole. */
  readonly line: number;
  /** The option that is to blame; empty when it is none. */
  readonly option: string;
  readonly detail: string;
}

/** Where objects of one type are kept. Reading is synchronous (it happens at every packet), writing resolves once durable. */
export interface Wizard {
  /** Name and arguments as sorcery.conf gives them. */
  readonly name: string;
  readonly argument: string;
  readonly writable: boolean;
  /** Its objects are somewhere else: within `Sorcery.settle` they are asked for, elsewhere it tells what it was told last. */
  readonly remote?: boolean;
  /** Objects of its source that could not be used. */
  readonly problems?: readonly Problem[];
  /** Where an object stands: wizards over files only. */
  whereIs?(id: string): { readonly file: string; readonly line: number } | undefined;
  get(id: string): SorceryObject | undefined;
  /** All objects in the order that lists show them; `prefix` limits them to ids that begin with it. */
  all(prefix?: string): Iterable<SorceryObject>;
  /** Stores a new object. Resolves false when it was there already. */
  create(object: SorceryObject): Promise<boolean>;
  /** Stores a changed object. Resolves false when this wizard does not have it. */
  update(object: SorceryObject): Promise<boolean>;
  /** Resolves false when it was not there. */
  delete(id: string): Promise<boolean>;
  /** Reads its source again, where it has one. */
  reload?(): void;
  /** Forgets everything: caches only. */
  clear?(): void;
  close?(): void;
}

/** Makes the wizard of one mapping. @throws {Error} naming what is wrong with the argument */
export type WizardFactory = (type: ObjectType, argument: string) => Wizard;
