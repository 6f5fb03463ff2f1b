import type { ActionCall } from './action.ts';
import { maskOf } from './classes.ts';

const SYSTEM = maskOf('system');

/** A user who may not do harm to the system: refused what `live_dangerously` opens for others. */
export function restricted({ session }: Pick<ActionCall, 'session'>): boolean {
  return ((session.user?.write ?? 0) & SYSTEM) === 0;
}
