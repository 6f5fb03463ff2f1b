/**
 * The control socket speaks lines of JSON in both directions.
 * Asked: `{"run": line}` prints a command's output and ends; `{"complete": line}`; `{"attach": true}` follows the log.
 * Answered: `{"out": text}` any number of times, then `{"end": true}`; `{"words": […]}`; `{"log": text}`.
 */
export interface Ask {
  readonly run?: string;
  readonly complete?: string;
  readonly attach?: true;
}

export interface Told {
  readonly out?: string;
  readonly end?: true;
  readonly words?: readonly string[];
  readonly log?: string;
}

/** Longest line in either direction. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** Splits a byte stream into lines and hands on what parses; calls `broken` once when it does not. */
export function lineReader<T>(each: (message: T) => void, broken: () => void): (chunk: Buffer) => void {
  let rest = '';
  const decoder = new TextDecoder();
  return (chunk) => {
    rest += decoder.decode(chunk, { stream: true });
    for (let at = rest.indexOf('\n'); at >= 0; at = rest.indexOf('\n')) {
      const line = rest.slice(0, at);
      rest = rest.slice(at + 1);
      let message: unknown;
      try {
        message = JSON.parse(line);
      } catch {
        broken();
        return;
      }
      if (typeof message !== 'object' || message === null) {
        broken();
        return;
      }
      each(message as T);
    }
    if (rest.length > MAX_LINE_BYTES) broken();
  };
}
