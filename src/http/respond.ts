import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

let dateSecond = -1;
let dateText = '';

/** The `Date` header, rendered once a second. */
export function httpDate(): string {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(now).toUTCString();
  }
  return dateText;
}

/**
 * Sends one answer with the headers that every answer has, in the order and spelling that were recorded; a connection
 * that stays open is not announced. `extra` is a flat list of names and values.
 */
export function respond(
  response: ServerResponse,
  server: string,
  status: number,
  reason: string | undefined,
  contentType: string,
  body: string,
  extra?: readonly string[],
): void {
  const headers = server === '' ? [] : ['Server', server];
  headers.push('Date', httpDate());
  // An HTTP/1.0 connection closes without being told (RFC 9112 §9.3).
  if (response.shouldKeepAlive || response.req.httpVersionMinor === 0) response.removeHeader('Connection');
  else headers.push('Connection', 'close');
  headers.push('Cache-Control', 'no-cache, no-store');
  if (extra !== undefined) headers.push(...extra);
  if (body !== '') headers.push('Content-type', contentType);
  const length = Buffer.byteLength(body);
  headers.push('Content-Length', String(length));
  response.sendDate = false;
  response.writeHead(status, reason ?? STATUS_CODES[status] ?? '', headers);
  // What is ASCII alone, as nearly everything is, needs no conversion on its way out.
  response.end(body, length === body.length ? 'latin1' : 'utf8');
}

/** The page that browsers see when something is wrong outside of ARI. `server` signs it. */
export function errorPage(
  status: number,
  detail = '',
  server = '',
  title = STATUS_CODES[status] ?? 'Error',
): string {
  const text = detail === '' && status === 404 ? 'The requested URL was not found on this server.' : detail;
  const address = server === '' ? '' : `<hr />\r\n<address>${server}</address>\r\n`;
  return (
    '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\r\n' +
    `<html><head>\r\n<title>${status} ${title}</title>\r\n</head><body>\r\n` +
    `<h1>${title}</h1>\r\n<p>${text}</p>\r\n${address}</body></html>\r\n`
  );
}

/** A whole answer as text, for a socket that no `ServerResponse` belongs to (refused upgrades, requests that do not parse). */
export function rawAnswer(
  server: string,
  status: number,
  reason: string | undefined,
  contentType: string,
  body: string,
  extra: readonly string[] = [],
  close = false,
): string {
  let head = `HTTP/1.1 ${status} ${reason ?? STATUS_CODES[status] ?? ''}\r\n`;
  if (server !== '') head += `Server: ${server}\r\n`;
  head += `Date: ${httpDate()}\r\n${close ? 'Connection: close\r\n' : ''}Cache-Control: no-cache, no-store\r\n`;
  for (let index = 0; index + 1 < extra.length; index += 2)
    head += `${extra[index]}: ${extra[index + 1]}\r\n`;
  if (body !== '') head += `Content-type: ${contentType}\r\n`;
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** How long a client has to read the last answer and close; what it goes on sending is thrown away. */
const LINGER_MS = 1_000;

/** Writes a last answer to a bare socket and closes it, also when the far end never does. */
export function endSocket(socket: Duplex, text: string): void {
  socket.on('error', () => socket.destroy());
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
  socket.end(text);
}
