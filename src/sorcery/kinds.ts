import { statSync } from 'node:fs';

/**
 * How an option's text is read and printed. Objects keep the printed form: what a push answers, what a row stores
 * and what is compared are then one and the same string.
 */
export interface Kind {
  /** The printed form of an input, given the value so far; undefined refuses it. */
  readonly parse: (input: string, before: string) => string | undefined;
  /** What is accepted, for people. */
  readonly accepts: string;
}

/** The value of an `optional` option that was never sent. */
export const UNSET = '\u0000';

const YES = new Set(['yes', 'true', 'y', 't', '1', 'on']);
const isYes = (input: string): boolean => YES.has(input.toLowerCase());

/** Printed `true` or `false`; what is not a yes is a no, as the original reads it. */
export const bool: Kind = { parse: (input) => (isYes(input) ? 'true' : 'false'), accepts: 'yes or no' };
/** Printed `yes` or `no`. */
export const yesNo: Kind = { parse: (input) => (isYes(input) ? 'yes' : 'no'), accepts: 'yes or no' };
/** Printed `Yes` or `No`. */
export const YesNo: Kind = { parse: (input) => (isYes(input) ? 'Yes' : 'No'), accepts: 'yes or no' };

const NO = new Set(['no', 'false', 'n', 'f', '0', 'off']);

/** Printed `yes` or `no`; what is neither is refused. */
export const strictYesNo: Kind = {
  parse: (input) => (isYes(input) ? 'yes' : NO.has(input.toLowerCase()) ? 'no' : undefined),
  accepts: 'yes or no',
};

/** Any text. */
export const text: Kind = { parse: (input) => input, accepts: 'any text' };
/** Any text but none. */
export const someText: Kind = {
  parse: (input) => (input === '' ? undefined : input),
  accepts: 'a text that is not empty',
};

/** A text, printed as `fallback` when it does not suit. */
export function textOr(fallback: string, suits: (input: string) => boolean): Kind {
  return { parse: (input) => (suits(input) ? input : fallback), accepts: 'any text' };
}

export const MAX_UINT = 4_294_967_295;
export const MAX_INT = 2_147_483_647;

/** A whole number in a range; blanks before it are allowed. */
export function integer(min: number, max: number, also?: number): Kind {
  return {
    parse(input) {
      const trimmed = input.trimStart();
      if (!/^-?\d{1,11}$/.test(trimmed)) return undefined;
      const value = Number(trimmed);
      return (value >= min && value <= max) || value === also ? String(value) : undefined;
    },
    accepts: `a whole number from ${min} to ${max}${also === undefined ? '' : `, or ${also}`}`,
  };
}

export const uint: Kind = integer(0, MAX_UINT);
export const int: Kind = integer(-MAX_INT - 1, MAX_INT);

/** A whole number that is raised to a minimum instead of being refused. */
export function atLeast(min: number): Kind {
  return {
    parse(input) {
      const parsed = uint.parse(input, '');
      return parsed === undefined ? undefined : String(Math.max(min, Number(parsed)));
    },
    accepts: `a whole number; less than ${min} becomes ${min}`,
  };
}

/** A whole number that is checked and always printed as `shown`: the option has no effect any more. */
export function ignored(kind: Kind, shown: string): Kind {
  return {
    parse: (input) => (kind.parse(input, '') === undefined ? undefined : shown),
    accepts: kind.accepts,
  };
}

/** A decimal number, printed with six places. */
export const float: Kind = {
  parse(input) {
    const value = Number(input);
    if (input.trim() === '' || !Number.isFinite(value)) return undefined;
    const printed = value.toFixed(6);
    return Number(printed) === 0 ? '0.000000' : printed;
  },
  accepts: 'a number',
};

/** One of several words in any case; `aliases` are printed as another of them. `fallback` stands for what is unknown. */
export function choice(
  words: readonly string[],
  aliases: Record<string, string> = {},
  fallback?: string,
): Kind {
  const printed = new Map(words.map((word) => [word.toLowerCase(), word]));
  for (const [alias, word] of Object.entries(aliases)) printed.set(alias.toLowerCase(), word);
  return {
    parse: (input) => printed.get(input.toLowerCase()) ?? fallback,
    accepts: `one of ${words.join(', ')}`,
  };
}

/** One of several words, exactly as they are written. */
export function exactly(words: readonly string[]): Kind {
  return {
    parse: (input) => (words.includes(input) ? input : undefined),
    accepts: `one of ${words.join(', ')}, in this very spelling`,
  };
}

/** Several of some words with commas between; the order is kept. */
export function choices(words: readonly string[], empty: string | undefined): Kind {
  const printed = new Map(words.map((word) => [word.toLowerCase(), word]));
  return {
    parse(input) {
      if (input.trim() === '') return empty;
      const list: string[] = [];
      for (const part of input.split(',')) {
        const word = printed.get(part.trim().toLowerCase());
        if (word === undefined) return undefined;
        list.push(word);
      }
      return list.join(',');
    },
    accepts: `${words.join(', ')}, with commas between`,
  };
}

/** Each field adds its comma-separated parts; parts that are there already are not added again. */
export function listOf(
  parse: (part: string) => readonly string[] | undefined,
  accepts: string,
  whole = false,
): Kind {
  return {
    parse(input, before) {
      const list = before === '' ? [] : before.split('\n');
      for (const part of whole ? [input] : input.split(',')) {
        const trimmed = part.trim();
        if (trimmed === '') continue;
        const parsed = parse(trimmed);
        if (parsed === undefined) return undefined;
        for (const each of parsed) if (!list.includes(each)) list.push(each);
      }
      return list.join('\n');
    },
    accepts,
  };
}

/** The name of a file or folder that exists, or nothing. */
export const existingPath: Kind = {
  parse: (input) => (input === '' || exists(input) ? input : undefined),
  accepts: 'the path of something that exists',
};

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A path through something that is no folder, too long, or not to be looked at: nothing that can be used.
    return false;
  }
}
