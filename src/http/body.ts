import type { IncomingMessage } from 'node:http';

/** Largest request body that is read: the original's limit; a push of the largest type is 20 KB. */
export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads a whole body; the callback gets undefined, once, when it is too large or the client went away. What follows an
 * announced length that is too large is not read: the answer should close the connection.
 */
export function readBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    done(undefined);
    return;
  }
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let size = 0;
  let told = false;
  const finish = (body: Buffer | undefined) => {
    if (told) return;
    told = true;
    done(body);
  };
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      first = undefined;
      rest = undefined;
      finish(undefined);
      return;
    }
    if (first === undefined) first = chunk;
    else {
      rest ??= [];
      rest.push(chunk);
    }
  });
  request.on('end', () => {
    if (first === undefined) finish(EMPTY);
    else finish(rest === undefined ? first : Buffer.concat([first, ...rest], size));
  });
  request.on('error', () => finish(undefined));
}

const EMPTY = Buffer.alloc(0);
