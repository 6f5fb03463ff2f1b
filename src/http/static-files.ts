import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../log/index.ts';
import { decode } from './path.ts';
import { errorPage, httpDate, respond } from './respond.ts';

/** What a file is, by its ending; anything else is plain text, as in the original. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.css', 'text/css'],
  ['.gif', 'image/gif'],
  ['.htm', 'text/html'],
  ['.html', 'text/html'],
  ['.ico', 'image/x-icon'],
  ['.jpeg', 'image/jpeg'],
  ['.jpg', 'image/jpeg'],
  ['.js', 'application/x-javascript'],
  ['.json', 'application/json'],
  ['.mjs', 'application/x-javascript'],
  ['.mp3', 'audio/mpeg'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.svgz', 'image/svg+xml'],
  ['.wav', 'audio/x-wav'],
  ['.wasm', 'application/wasm'],
  ['.woff2', 'font/woff2'],
  ['.xml', 'text/xml'],
]);

/** First characters that no name of a file to be served has: hidden files, and what shells and editors leave. */
const REFUSED_FIRST = new Set([...'./|~@#$%^&*() \t']);

export interface StaticFilesOptions {
  /** `static-http` of the data directory. */
  readonly folder: string;
  readonly serverHeader: () => string;
  readonly log: Logger;
}

/** The files below `static-http`, read-only, with ETag; nothing outside of that folder, however it is asked for. */
export class StaticFiles {
  readonly #options: StaticFilesOptions;

  constructor(options: StaticFilesOptions) {
    this.#options = options;
  }

  /** `path` is what follows `/static`, the query included. */
  request(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      this.#refuse(response, 501, 'Attempt to use unimplemented / unsupported method', 'Not Implemented');
      return;
    }
    const mark = path.indexOf('?');
    const name = decode(path.slice(1, mark < 0 ? undefined : mark));
    if (!allowed(name)) {
      this.#denied(response);
      return;
    }
    void this.#send(request, response, name).catch((error) => {
      this.#options.log.debug(`/static/${name}: ${(error as Error).message}`);
      if (response.headersSent) response.destroy();
      else this.#refuse(response, 404);
    });
  }

  async #send(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const root = await realpath(this.#options.folder);
    const file = await realpath(join(root, name));
    if (!file.startsWith(root + sep)) {
      this.#denied(response);
      return;
    }
    // Not through a link that was turned meanwhile, and not waiting for the other end of a pipe.
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      await this.#sendFile(request, response, file, handle);
    } finally {
      await handle.close();
    }
  }

  async #sendFile(
    request: IncomingMessage,
    response: ServerResponse,
    file: string,
    handle: FileHandle,
  ): Promise<void> {
    const stats = await handle.stat();
    if (!stats.isFile()) {
      this.#refuse(response, 404);
      return;
    }
    const etag = `"${Math.floor(stats.mtimeMs).toString(16)}-${stats.size.toString(16)}"`;
    const server = this.#options.serverHeader();
    const same = matches(request.headers['if-none-match'], etag);
    const headers = [
      ...(server === '' ? [] : ['Server', server]),
      ...['Date', httpDate(), 'Content-type', TYPES.get(extname(file).toLowerCase()) ?? 'text/plain'],
      ...['ETag', etag, 'Last-Modified', stats.mtime.toUTCString(), 'X-Content-Type-Options', 'nosniff'],
      ...(same ? [] : ['Content-Length', String(stats.size)]),
    ];
    response.sendDate = false;
    if (response.shouldKeepAlive) response.removeHeader('Connection');
    response.writeHead(same ? 304 : 200, headers);
    if (same || request.method === 'HEAD' || stats.size === 0) response.end();
    // A file that grows meanwhile is sent as long as it was announced.
    else await pipeline(handle.createReadStream({ end: stats.size - 1, autoClose: false }), response);
  }

  #denied(response: ServerResponse): void {
    response.shouldKeepAlive = false;
    this.#refuse(response, 403, 'You do not have permission to access the requested URL.', 'Access Denied');
  }

  #refuse(response: ServerResponse, status: number, text = '', reason?: string): void {
    const server = this.#options.serverHeader();
    const page = errorPage(status, text, server, reason);
    respond(response, server, status, reason, 'text/html', page);
  }
}

/** Whether a decoded name may be looked for at all. */
function allowed(name: string): boolean {
  const first = name[0];
  if (first === undefined || first < '!' || REFUSED_FIRST.has(first)) return false;
  return (
    !name.includes('\0') && !name.includes('\\') && !name.split('/').some((each) => each.startsWith('.'))
  );
}

/** If-None-Match: a list of tags, compared weakly, or `*` (RFC 9110 §13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => {
    const tag = each.trim();
    return tag === '*' || tag === etag || tag === `W/${etag}`;
  });
}
