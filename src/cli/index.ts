/**
 * Lives here: console commands as a table, the text they print, completion, and the control socket with both its ends.
 * Not here: what the commands show (each port's owner knows it), process start and stop (server.ts).
 * May ask: pjsip and media (types alone), stasis, sorcery, store, switch, log, platform; the rest through the ports of `CliContext`.
 */
export { Cli } from './cli.ts';
export type {
  AriSessionView,
  AriView,
  CliCommand,
  CliContext,
  ContactView,
  OutboundView,
  PjsipPort,
  Settings,
} from './command.ts';
export { allCommands } from './commands/index.ts';
export { NoServerError, remoteCommand } from './control-client.ts';
export { ControlServer } from './control-server.ts';
export { remoteConsole } from './remote-console.ts';
