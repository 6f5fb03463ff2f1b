import type { Syntax } from '../run/plan.ts';
import { splitArguments } from './arguments.ts';
import { substitute } from './substitute.ts';

/** The text rules of extensions.conf. */
export const syntax: Syntax = { splitArguments, substitute };
