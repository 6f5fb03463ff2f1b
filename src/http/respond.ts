import { type ServerResponse, STATUS_CODES } from 'node:http';

/** Sends one answer with the headers that every answer has. `extra` is a flat list of names and values. */
export function respond(
  response: ServerResponse,
  server: string,
  status: number,
  reason: string | undefined,
  contentType: string,
  body: string,
  extra?: readonly string[],
): void {
  const headers = ['Server', server, 'Cache-Control', 'no-cache, no-store'];
  if (extra !== undefined) headers.push(...extra);
  if (body !== '') headers.push('Content-type', contentType);
  headers.push('Content-Length', String(Buffer.byteLength(body)));
  response.writeHead(status, reason ?? STATUS_CODES[status] ?? '', headers);
  response.end(body);
}

/** The page that browsers see when something is wrong outside of ARI. */
export function errorPage(status: number, detail = ''): string {
  const title = STATUS_CODES[status] ?? 'Error';
  return `<!DOCTYPE html>\r\n<html><head>\r\n<title>${status} ${title}</title>\r\n</head><body>\r\n<h1>${title}</h1>\r\n<p>${detail}</p>\r\n</body></html>\r\n`;
}
