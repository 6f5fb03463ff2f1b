/**
 * Lives here: users of the doors, password hashes, and the one question whether a user may do something.
 * Not here: how a door asks for credentials, what an operation needs (its table says so).
 * May ask: conf, log, platform, errors.
 */
export { type Capability, may, type User } from './capability.ts';
export { PasswordChecker } from './passwords.ts';
export { sameText } from './same-text.ts';
