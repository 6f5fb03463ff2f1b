/**
 * Lives here: the manager interface: packets, sessions, the table of actions, events, and the same over HTTP.
 * Not here: what actions act on, password rules and access lists (security), other doors' formats.
 * May ask: switch, pjsip (types alone), dialplan, sorcery, store, modules, http, conf, security, log, platform, errors.
 */
export type { ActionParameter, AmiAction } from './action.ts';
export { Ami, type AmiOptions } from './ami.ts';
export type { AmiConfig, AmiUser } from './ami-config.ts';
export { type ClassMask, classText } from './classes.ts';
export type { AmiContact, AmiPorts, ServerEvents } from './ports.ts';
export type { UpstreamView } from './proxy/index.ts';
