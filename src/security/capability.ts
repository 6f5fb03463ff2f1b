import { AsterismError } from '../errors/index.ts';
import { matchesStars } from '../platform/index.ts';
import { matchesOperation, type OperationName } from './pattern.ts';

/** What an operation needs: `read` looks, `write` changes something. */
export type Capability = 'read' | 'write';

/** What somebody may do beyond looking or changing. An empty list of what is allowed allows everything. */
export interface Scope {
  /** Whose lists these are, as refusals say it: `user 'bot'`, `token '0a1b…'`. */
  readonly of: string;
  /** `channels.hangup`, `hangup`, `GET /channels/*`, with `*` for anything. */
  readonly allowOperations: readonly string[];
  readonly denyOperations: readonly string[];
  /** Names of applications, with `*` for anything. */
  readonly allowApplications: readonly string[];
  readonly denyApplications: readonly string[];
}

/** Somebody who has said who they are, at any door. */
export interface User {
  readonly name: string;
  readonly readOnly: boolean;
  /** Every one of them must agree; none for who may do everything. */
  readonly scopes?: readonly Scope[];
  /** Id of the token that stands for the password; undefined for who gave that. */
  readonly token?: string;
}

/** What somebody wants to do. */
export interface Wish {
  readonly capability: Capability;
  readonly operation?: OperationName;
  /** Applications that it is about. */
  readonly applications?: readonly string[];
}

/** The one check behind every door: why a wish is refused, undefined when it is not. */
export function refusal(
  user: User,
  { capability, operation, applications }: Wish,
): AsterismError | undefined {
  if (capability === 'write' && user.readOnly)
    return new AsterismError('FORBIDDEN', { args: { user: user.name } });
  for (const scope of user.scopes ?? []) {
    const why =
      (operation !== undefined && operationRefusal(scope, operation)) ||
      applicationRefusal(scope, applications);
    if (why) return why;
  }
  return undefined;
}

/** Whether somebody may look, or change something, at all. */
export function may(user: User, capability: Capability): boolean {
  return refusal(user, { capability }) === undefined;
}

function operationRefusal(scope: Scope, operation: OperationName): AsterismError | undefined {
  const denied = scope.denyOperations.find((each) => matchesOperation(each, operation));
  const allowed =
    scope.allowOperations.length === 0 ||
    scope.allowOperations.some((each) => matchesOperation(each, operation));
  if (denied === undefined && allowed) return undefined;
  return new AsterismError('OPERATION_FORBIDDEN', {
    args: { operation: operation.key },
    detail: saidBy(scope, 'operations', denied, operation.key),
  });
}

function applicationRefusal(scope: Scope, names: readonly string[] = []): AsterismError | undefined {
  for (const name of names) {
    const denied = scope.denyApplications.find((each) => matchesStars(name, each));
    const allowed =
      scope.allowApplications.length === 0 ||
      scope.allowApplications.some((each) => matchesStars(name, each));
    if (denied === undefined && allowed) continue;
    return new AsterismError('APPLICATION_FORBIDDEN', {
      args: { application: name },
      detail: saidBy(scope, 'applications', denied, name),
    });
  }
  return undefined;
}

function saidBy({ of }: Scope, what: string, denied: string | undefined, name: string): string {
  return denied === undefined
    ? `allow_${what} of ${of} does not have '${name}'`
    : `deny_${what} of ${of} has '${denied}'`;
}

/** The same user, for whom one application more is allowed: the one that was made for a single call. */
export function withApplication(user: User, application: string): User {
  const { scopes = [] } = user;
  if (scopes.every((each) => each.allowApplications.length === 0)) return user;
  return {
    ...user,
    scopes: scopes.map((each) =>
      each.allowApplications.length === 0
        ? each
        : { ...each, allowApplications: [...each.allowApplications, application] },
    ),
  };
}
