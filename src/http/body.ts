import type { IncomingMessage } from 'node:http';

/** Largest request body that is read; a push of the largest type is 20 KB. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Reads a whole body; the callback gets undefined when it is too large or the client went away. */
export function readBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let size = 0;
  let over = false;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      over = true;
      rest = undefined;
      return;
    }
    if (first === undefined) first = chunk;
    else {
      rest ??= [];
      rest.push(chunk);
    }
  });
  request.on('end', () => {
    if (over) done(undefined);
    else if (first === undefined) done(Buffer.alloc(0));
    else done(rest === undefined ? first : Buffer.concat([first, ...rest], size));
  });
  request.on('error', () => done(undefined));
}
