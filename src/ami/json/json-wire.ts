import type { Packet } from '../packet.ts';
import { packets } from '../reply.ts';
import { FAULTS, type Wire, type WireReader } from '../wire.ts';
import { fromJson, type JsonFault, packetsOf, toJson } from './json-packet.ts';

/** Longest object: as many headers as there may be, each as long as it may be, escaped in part. */
export const MAX_OBJECT_CHARS = 256 * 1024;

const MESSAGES: Readonly<Record<JsonFault, string>> = {
  ...FAULTS,
  'not an object': 'Failed to parse message: this is no JSON object',
  'bad value':
    'Failed to parse message: headers are texts, numbers, truth values, or lists of these, on one line',
};

/** One JSON object on each line. */
class LineReader implements WireReader {
  readonly #each: (packet: Packet) => void;
  readonly #refused: (message: string) => void;
  /** Parts of a line that is under way. */
  #parts: string[] = [];
  #chars = 0;

  constructor(each: (packet: Packet) => void, refused: (message: string) => void) {
    this.#each = each;
    this.#refused = refused;
  }

  take(chunk: string): boolean {
    let from = 0;
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', from)) {
      this.#add(chunk.slice(from, at));
      from = at + 1;
      if (this.#chars > MAX_OBJECT_CHARS) return false;
      const line = this.#parts.join('');
      this.#parts = [];
      this.#chars = 0;
      this.#line(line);
    }
    this.#add(chunk.slice(from));
    return this.#chars <= MAX_OBJECT_CHARS;
  }

  #add(part: string): void {
    if (part === '') return;
    this.#parts.push(part);
    this.#chars += part.length;
  }

  #line(line: string): void {
    if (line.trim() === '') return;
    const packet = fromJson(line);
    if (typeof packet === 'string') this.#refused(MESSAGES[packet]);
    else this.#each(packet);
  }
}

/**
 * JSON lines: the same packets, one object for each. One wire serves all clients, so that an event that many hear is
 * put into this form once.
 */
export function jsonWire(): Wire {
  let last = { text: '', json: '' };
  return {
    banner: '',
    reader: (each, refused) => new LineReader(each, refused),
    *answer(reply, actionId) {
      for (const each of packets(reply, actionId))
        yield typeof each === 'string' ? linesOf(each) : `${toJson(each)}\n`;
    },
    rendered(text) {
      if (last.text !== text) last = { text, json: linesOf(text) };
      return last.json;
    },
  };
}

function linesOf(text: string): string {
  let lines = '';
  for (const packet of packetsOf(text)) lines += `${toJson(packet)}\n`;
  return lines;
}
