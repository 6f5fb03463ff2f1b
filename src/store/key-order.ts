/** The last code point of Unicode. */
const HIGHEST_POINT = 0x10ffff;

/** The smallest text that comes behind every text with this prefix, in SQLite's order (bytes of UTF-8). */
export function endOfPrefix(prefix: string): string {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = (last.codePointAt(0) ?? 0) + 1;
    if (next > HIGHEST_POINT) continue;
    // No text in the file contains half a surrogate pair.
    return points.join('') + String.fromCodePoint(next >= 0xd800 && next <= 0xdfff ? 0xe000 : next);
  }
  return String.fromCodePoint(HIGHEST_POINT).repeat(2);
}

/** Compares as SQLite does, by code points: JavaScript's own order puts U+FFFD behind what lies above U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    const pairs = Number(isSurrogate(x)) - Number(isSurrogate(y));
    return pairs === 0 ? x - y : pairs;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
