/** Where a pattern goes on when a character fits what stands at `at`, else -1. */
export type FitsOne = (character: string, pattern: string, at: number) => number;

const sameCharacter: FitsOne = (character, pattern, at) => (pattern[at] === character ? at + 1 : -1);

/**
 * Whether a text is what a pattern says, in which `*` stands for anything, and for nothing; what else a pattern has is
 * for `fits` to say. Goes back to the last `*` only, so that it takes length × length at worst.
 */
export function matchesStars(text: string, pattern: string, fits: FitsOne = sameCharacter): boolean {
  let at = 0;
  let from = 0;
  /** Where the last star was, and up to where it stands for the text. */
  let star = -1;
  let taken = 0;
  while (at < text.length) {
    if (pattern[from] === '*') {
      star = from++;
      taken = at;
      continue;
    }
    const next = from < pattern.length ? fits(text[at] ?? '', pattern, from) : -1;
    if (next >= 0) {
      from = next;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++taken;
    } else return false;
  }
  while (pattern[from] === '*') from++;
  return from === pattern.length;
}
