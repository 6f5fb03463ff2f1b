/** Longest line of a server; variables in events have up to 8 KB, lines of console output what they will. */
export const MAX_UPSTREAM_LINE = 64 * 1024;
/** Longest packet: a configuration file or the output of a command, and half of what may wait for a client. */
export const MAX_UPSTREAM_PACKET = 2 * 1024 * 1024;

/**
 * Cuts what a server sends into packets, as text: every line ends with CRLF and has no other line break in it, whatever
 * was sent; the empty line that ends the packet is left off.
 */
export class UpstreamReader {
  readonly #each: (text: string) => void;
  /** Whole lines of the packet that is under way, and the beginning of the next one. */
  #lines: string[] = [];
  #chars = 0;
  #rest = '';
  #clean = true;

  constructor(each: (text: string) => void) {
    this.#each = each;
  }

  /** Takes what arrived. Returns what is wrong when the sender goes beyond a limit. */
  take(chunk: string): string | undefined {
    const text = this.#rest === '' ? chunk : this.#rest + chunk;
    let begin = 0;
    let line = 0;
    let carriage = -1;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', line)) {
      // Looked for once for each that there is: not once for each line, where there is none.
      if (carriage < line) carriage = nextCarriage(text, line);
      const whole = carriage === at - 1;
      if (at === line || (whole && carriage === line)) {
        const found = this.#finish(text.slice(begin, line));
        if (found !== '') this.#each(found);
        begin = at + 1;
      } else {
        if (at - line > MAX_UPSTREAM_LINE) return 'it sends a line that is too long';
        if (!whole) this.#clean = false;
        if (this.#chars + at - begin > MAX_UPSTREAM_PACKET) return 'it sends a packet that is too long';
      }
      line = at + 1;
    }
    if (line > begin) {
      this.#lines.push(text.slice(begin, line));
      this.#chars += line - begin;
    }
    this.#rest = line === 0 ? text : text.slice(line);
    return this.#rest.length > MAX_UPSTREAM_LINE ? 'it sends a line that is too long' : undefined;
  }

  #finish(last: string): string {
    let text = last;
    if (this.#lines.length > 0) {
      this.#lines.push(last);
      text = this.#lines.join('');
      this.#lines = [];
      this.#chars = 0;
    }
    if (this.#clean) return text;
    this.#clean = true;
    return tidy(text);
  }
}

function nextCarriage(text: string, from: number): number {
  const at = text.indexOf('\r', from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

/** Lines that end with CRLF: what other line breaks are in them would be lines of their own to somebody. */
function tidy(text: string): string {
  let tidied = '';
  for (const line of text.split('\n')) {
    const content = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (content !== '') tidied += `${content.replaceAll('\r', ' ')}\r\n`;
  }
  return tidied;
}

/** The value of a header as Asterisk writes its name; the first line is none of them. */
export function fieldOf(text: string, name: string): string | undefined {
  const start = `\r\n${name}: `;
  const at = text.indexOf(start);
  return at < 0 ? undefined : text.slice(at + start.length, text.indexOf('\r\n', at + 2));
}

/** What follows `start` in the first line; undefined when it begins with something else. */
export function firstValue(text: string, start: string): string | undefined {
  return text.startsWith(start) ? text.slice(start.length, text.indexOf('\r\n')) : undefined;
}

/** Lines of headers that this side writes, with the line end before them; in any case, since some clients do not look at it. */
const OWN = /\r\n[ \t]*(?:ActionID|Server)[ \t]*:[^\r\n]*(?=\r\n)/gi;

/** A whole packet for local clients: with their ActionID or none, and the server's name. */
export function tagged(text: string, server: string, actionId: string | undefined): string {
  const head = text.indexOf('\r\n');
  const id = actionId === undefined ? '' : `\r\nActionID: ${actionId}`;
  return `${text.slice(0, head)}${id}\r\nServer: ${server}${text.slice(head).replace(OWN, '')}\r\n`;
}
