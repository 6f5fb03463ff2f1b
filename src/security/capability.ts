/** What an operation needs: `read` looks, `write` changes something. */
export type Capability = 'read' | 'write';

/** Somebody who has said who they are, at any door. */
export interface User {
  readonly name: string;
  readonly readOnly: boolean;
}

/** The one check behind every door. */
export function may(user: User, capability: Capability): boolean {
  return capability === 'read' || !user.readOnly;
}
