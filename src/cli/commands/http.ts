import { aclText } from '../../security/index.ts';
import type { CliCommand, HttpView } from '../command.ts';

function* httpStatus(http: HttpView): Iterable<string> {
  const { plain, secure } = http.listening;
  yield `HTTP Server Status:\nPrefix: ${http.prefix}\nServer: ${http.serverHeader}\n`;
  yield plain === undefined ? 'Server Disabled\n\n' : `Server Enabled and Bound to ${plain}\n\n`;
  if (secure !== undefined) yield `HTTPS Server Enabled and Bound to ${secure}\n\n`;
  yield "Enabled URI's:\n";
  const uris = http.uris();
  for (const { uri, about } of uris) yield `${uri} => ${about}\n`;
  if (uris.length === 0) yield '  None.\n';
  yield '\nEnabled Redirects:\n';
  const { redirects, restrictions } = http.config;
  for (const { from, to } of redirects) yield `  ${from} => ${to}\n`;
  if (redirects.length === 0) yield '  None.\n';
  yield '\nPath Restrictions:\n';
  for (const { path, acl } of restrictions) yield `  Path: ${path}\n${aclText(acl, '    ')}`;
  if (restrictions.length === 0) yield '  None.\n';
}

/** What the HTTP server listens on and serves. */
export const httpCommands: readonly CliCommand[] = [
  {
    words: 'http show status',
    takes: 0,
    summary: 'Display HTTP server status',
    usage: 'Lists status of internal HTTP engine',
    run: ({ http }) => {
      const server = http();
      return server === undefined ? 'HTTP server is not loaded\n' : httpStatus(server);
    },
  },
];
