import { isTrue } from '../conf/index.ts';

/**
 * What events belong to and actions need: the classes of manager.conf's `read` and `write`, each with the bit that
 * clients may name by number (`EventMask: 64`).
 */
const bits = {
  system: 1 << 0,
  call: 1 << 1,
  log: 1 << 2,
  verbose: 1 << 3,
  command: 1 << 4,
  agent: 1 << 5,
  user: 1 << 6,
  config: 1 << 7,
  dtmf: 1 << 8,
  reporting: 1 << 9,
  cdr: 1 << 10,
  dialplan: 1 << 11,
  originate: 1 << 12,
  agi: 1 << 13,
  cc: 1 << 15,
  aoc: 1 << 16,
  test: 1 << 17,
  security: 1 << 18,
  message: 1 << 19,
} as const;

export type EventClass = keyof typeof bits;

/** In the order in which lists show them. */
export const eventClasses = Object.keys(bits) as readonly EventClass[];

/** Several classes at once, as bits. */
export type ClassMask = number;

export const NO_CLASS: ClassMask = 0;
export const EVERY_CLASS: ClassMask = 0x7fff_ffff;

const byName: ReadonlyMap<string, number> = new Map([
  ...Object.entries(bits),
  ['all', EVERY_CLASS],
  ['none', NO_CLASS],
]);

export function maskOf(...classes: readonly EventClass[]): ClassMask {
  return classes.reduce((mask, each) => mask | bits[each], NO_CLASS);
}

/** `system,call` of manager.conf; names that do not exist count for nothing. */
export function parseClasses(text: string): ClassMask {
  let mask = NO_CLASS;
  for (const each of text.split(',')) mask |= byName.get(each.trim().toLowerCase()) ?? NO_CLASS;
  return mask;
}

/** `call,all`, as privileges are shown; `<none>` for what everybody may. */
export function classText(mask: ClassMask): string {
  if (mask === NO_CLASS) return '<none>';
  return [...eventClasses.filter((each) => (mask & bits[each]) !== 0), 'all'].join(',');
}

/** The same of what a user may: `all` only when nothing is missing. */
export function permissionText(mask: ClassMask): string {
  const names = eventClasses.filter((each) => (mask & bits[each]) !== 0);
  if (names.length === 0) return '<none>';
  return [...names, ...(mask === EVERY_CLASS ? ['all'] : [])].join(',');
}

/** What a client asks to be told: `on`, `off`, classes or their number. Undefined for nothing at all. */
export function parseEventMask(text: string): ClassMask | undefined {
  if (text === '') return undefined;
  if (/^\d{1,10}$/.test(text)) return Number(text) & EVERY_CLASS;
  return isTrue(text) ? EVERY_CLASS : parseClasses(text);
}
