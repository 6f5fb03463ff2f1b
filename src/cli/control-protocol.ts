/**
 * The control socket speaks lines of JSON in both directions.
 * Asked: `{"run": line}` prints a command's output and ends; `{"complete": line}`; `{"attach": n}` follows the log, its
 * verbose text up to verbosity n.
 * Answered: `{"out": text}` any number of times, then `{"end": true}`; `{"words": […]}`; `{"log": text}`.
 */
export interface Ask {
  readonly run?: string;
  readonly complete?: string;
  readonly attach?: number;
}

export interface Told {
  readonly out?: string;
  readonly end?: true;
  readonly words?: readonly string[];
  readonly log?: string;
}

/** Longest line in either direction, in characters. */
export const MAX_LINE = 4 * 1024 * 1024;

/** Splits a byte stream into lines and hands on what parses; calls `broken` once when it does not, and nothing after. */
export function lineReader<T>(each: (message: T) => void, broken: () => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = '';
  let failed = false;
  const fail = () => {
    failed = true;
    rest = '';
    broken();
  };
  return (chunk) => {
    if (failed) return;
    const text = decoder.decode(chunk, { stream: true });
    // Only what came now can hold a line break that was not seen before.
    let from = rest.length;
    rest += text;
    let start = 0;
    for (let at = rest.indexOf('\n', from); at >= 0; at = rest.indexOf('\n', from)) {
      const message = parse(rest.slice(start, at));
      start = at + 1;
      from = start;
      if (message === undefined) return fail();
      each(message as T);
    }
    rest = rest.slice(start);
    if (rest.length > MAX_LINE) fail();
  };
}

function parse(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
