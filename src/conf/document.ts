import { type ConfLine, parseText, serializeLines } from './lines.ts';

/** One file, line by line, and the encoding that gives its bytes back. */
export interface ConfDocument {
  readonly lines: readonly ConfLine[];
  /** latin1 only when the bytes are no UTF-8: every byte is then one character, so that nothing is lost. */
  readonly encoding: 'utf8' | 'latin1';
  /** Number of the line whose block comment is never closed. */
  readonly openComment: number | undefined;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Cuts the bytes of a file into lines; `serializeDocument` gives exactly the same bytes. */
export function parseDocument(bytes: Uint8Array): ConfDocument {
  let text: string;
  let encoding: ConfDocument['encoding'] = 'utf8';
  try {
    text = strict.decode(bytes);
  } catch {
    encoding = 'latin1';
    text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }
  return { ...parseText(text), encoding };
}

/** The bytes of a document. */
export function serializeDocument(document: ConfDocument): Buffer {
  return Buffer.from(serializeLines(document.lines), document.encoding);
}
