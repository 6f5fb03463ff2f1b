/**
 * Lives here: the manager interface: packets, sessions, actions.
 * Not here: what actions act on, password rules (security), other doors' formats.
 * May ask: conf, security, log, platform, errors.
 */
export { type AmiConfig, readAmiConfig } from './ami-config.ts';
export { AmiServer, type AmiServerOptions } from './ami-server.ts';
