/** Headers of a request that belong to who sends it. */
const OURS: ReadonlySet<string> = new Set([
  'authorization',
  'call-id',
  'contact',
  'content-length',
  'cseq',
  'from',
  'proxy-authorization',
  'record-route',
  'request-uri',
  'route',
  'to',
  'via',
]);
/** RFC 3261 §25.1 `token`. */
const TOKEN = /^[\w!%'*+.`~-]+$/;

/** Whether a text can stand in one line of a message. */
export function isOneLine(text: string): boolean {
  return !/[\r\n\0]/.test(text);
}

/** Whether somebody who has a request sent may say this header in it: it is none of ours, and breaks nothing. */
export function isForeignHeader(name: string, value: string): boolean {
  return TOKEN.test(name) && isOneLine(value) && !OURS.has(name.toLowerCase());
}
