/** An operation as lists of what is allowed may name it. */
export interface OperationName {
  /** `channels.hangup`. */
  readonly key: string;
  readonly method: string;
  /** `/channels/{channelId}`. */
  readonly template: string;
  /** With what stands in its places, decoded, but for `/` and `%`, so that no value looks like another path. */
  readonly path: string;
}

/** Whether a text is what a pattern says, in which `*` stands for anything, and for nothing. Takes length × length at worst. */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  /** Where the last star was, and up to where it stands for the text. */
  let star = -1;
  let taken = 0;
  while (at < text.length) {
    if (pattern[from] === '*') {
      star = from++;
      taken = at;
    } else if (from < pattern.length && pattern[from] === text[at]) {
      from++;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++taken;
    } else return false;
  }
  while (pattern[from] === '*') from++;
  return from === pattern.length;
}

/** `GET /channels/*` is a method and a path, `channels.*` a resource and an operation, `hangup` an operation of any resource. */
export function matchesOperation(pattern: string, { key, method, template, path }: OperationName): boolean {
  const space = pattern.indexOf(' ');
  if (space >= 0) {
    const wanted = pattern.slice(space + 1);
    return matches(pattern.slice(0, space), method) && (matches(wanted, path) || matches(wanted, template));
  }
  return matches(pattern, pattern.includes('.') ? key : key.slice(key.indexOf('.') + 1));
}
