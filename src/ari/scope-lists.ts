import { AsterismError } from '../errors/index.ts';
import { matchesStars } from '../platform/index.ts';
import { MAX_PATTERNS } from '../security/index.ts';
import { resources } from './operations/index.ts';

/** Every operation as `resource.id`. */
const keys: readonly string[] = resources.flatMap(({ name, operations }) =>
  operations.map(({ id }) => `${name}.${id}`),
);
const METHODS = new Set(['GET', 'POST', 'PUT', 'DELETE', '*']);
/** Characters of one pattern. */
const MAX_PATTERN = 256;

/** One entry of a list of operations; undefined when it names none, which is a mistake that would let somebody in. */
export function parseOperationPattern(given: string): string | undefined {
  if (given.length > MAX_PATTERN || /[\s\p{Cc}]/u.test(given.replace(' ', ''))) return undefined;
  const space = given.indexOf(' ');
  if (space >= 0) {
    const method = given.slice(0, space).toUpperCase();
    const path = given.slice(space + 1);
    return METHODS.has(method) && (path.startsWith('/') || path === '*') ? `${method} ${path}` : undefined;
  }
  const known = given.includes('.') ? keys : keys.map((each) => each.slice(each.indexOf('.') + 1));
  return known.some((each) => matchesStars(each, given)) ? given : undefined;
}

/** One entry of a list of applications. */
export function parseApplicationPattern(given: string): string | undefined {
  return given.length > MAX_PATTERN || /\p{Cc}/u.test(given) ? undefined : given;
}

/** A list with commas as it is kept; undefined when one entry makes no sense. */
function parseList(input: string, parse: (given: string) => string | undefined): string | undefined {
  const found: string[] = [];
  for (const each of listed(input)) {
    const parsed = parse(each.replace(/\s+/g, ' '));
    if (parsed === undefined) return undefined;
    found.push(parsed);
  }
  return found.length > MAX_PATTERNS ? undefined : found.join(',');
}

/** The entries of a list with commas. */
export function listed(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** A list as somebody sent it. @throws {AsterismError} PARAMETER_INVALID naming the field */
export function readList(
  field: string,
  text: string,
  parse: (text: string) => string | undefined,
): readonly string[] {
  const parsed = parse(text);
  if (parsed !== undefined) return listed(parsed);
  const operations = parse === parseOperationPatterns;
  throw new AsterismError('PARAMETER_INVALID', {
    args: { field },
    field,
    detail: operations ? `'${field}' has an entry that names no operation` : `'${field}' cannot be read`,
    hint: operations
      ? 'Entries are operations such as channels.hangup, hangup, channels.* or GET /channels/*.'
      : 'Entries are names of applications, with * for anything.',
  });
}

export const parseOperationPatterns = (input: string) => parseList(input, parseOperationPattern);
export const parseApplicationPatterns = (input: string) => parseList(input, parseApplicationPattern);
