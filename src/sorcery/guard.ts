import type { FieldProblem } from './object-type.ts';
import type { SorceryObject } from './sorcery-object.ts';

/** Something that was tried for an object before it is stored. */
export interface Trial {
  /** Told once whether the object was stored: what was tried holds now, or is undone. */
  end(stored: boolean): void | Promise<void>;
}

/**
 * Tries what an object stands for outside of sorcery, such as a socket that must be had. What it returns as a problem
 * refuses the push; nothing is stored then.
 */
export type Guard = (object: SorceryObject) => Promise<FieldProblem | Trial>;
