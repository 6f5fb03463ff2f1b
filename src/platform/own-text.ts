/** Shorter cuts are copied by the engine itself. */
const SHORTEST_CUT = 13;

/**
 * The same text in memory of its own. What is cut out of a long text keeps all of that text alive: a user agent its
 * whole datagram, a value its whole row. For texts that outlive what they were cut from.
 */
export function ownText(text: string): string {
  return text.length < SHORTEST_CUT ? text : (JSON.parse(JSON.stringify(text)) as string);
}
