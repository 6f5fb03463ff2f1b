/**
 * Lives here: users of the doors, password hashes, tokens, access lists, and the one question whether a user may do something.
 * Not here: how a door asks for credentials, what an operation needs (its table says so).
 * May ask: conf, log, platform, errors.
 */
export { Acl, type AclLine } from './acl.ts';
export { type AclSection, NamedAcls, type NamedAclsOptions, readAcl, readNamedAcls } from './acl-config.ts';
export { aclText } from './acl-text.ts';
export {
  type Capability,
  may,
  refusal,
  type Scope,
  type User,
  type Wish,
  withApplication,
} from './capability.ts';
export { FailureLimit } from './failure-limit.ts';
export { type HashKind, hashKind } from './hash-kind.ts';
export { libcryptKnows } from './libcrypt.ts';
export { PasswordChecker } from './passwords.ts';
export { matchesOperation, type OperationName } from './pattern.ts';
export { sameText } from './same-text.ts';
export {
  type SecurityAddress,
  type SecurityEvent,
  type SecurityEventKind,
  SecurityEvents,
  type SecurityReport,
  securityEventKinds,
  securityFields,
} from './security-events.ts';
export {
  DEFAULT_TOKEN_SECONDS,
  MAX_PATTERNS,
  MAX_TOKEN_SECONDS,
  type Token,
  type TokenRequest,
  type TokenScope,
  type TokenStore,
  Tokens,
  type TokenVerdict,
  withToken,
} from './tokens.ts';
