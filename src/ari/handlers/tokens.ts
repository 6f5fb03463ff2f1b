import { AsterismError } from '../../errors/index.ts';
import { utcStamp } from '../../platform/index.ts';
import type { Token, Tokens } from '../../security/index.ts';
import { StoreError } from '../../sorcery/index.ts';
import { type Call, type Handler, json, noContent, type OperationSpec } from '../operation.ts';
import { tokensOperations } from '../operations/tokens.ts';
import { readTokenRequest } from '../token-request.ts';

const LISTS: ReadonlySet<string> = new Set(
  tokensOperations.flatMap((each: OperationSpec) =>
    (each.parameters ?? []).filter(({ multiple }) => multiple === true).map(({ name }) => name),
  ),
);

/** A token as clients see it. */
function tokenJson(token: Token): object {
  return {
    id: token.id,
    user: token.user,
    label: token.label,
    created: utcStamp(token.created),
    expires: utcStamp(token.expires),
    read_only: token.readOnly,
    allow_operations: token.allowOperations,
    deny_operations: token.denyOperations,
    allow_applications: token.allowApplications,
    deny_applications: token.denyApplications,
  };
}

function storeFailed(error: unknown, code: 'STORE_UNREADABLE' | 'STORE_UNAVAILABLE'): unknown {
  return error instanceof StoreError
    ? new AsterismError(code, { detail: error.message, cause: error })
    : error;
}

/** `/tokens`: everybody's own. Who comes with a token may see and end it, and nothing else: it may have been stolen. */
export function tokensHandlers(tokens: Tokens): Record<string, Handler> {
  const own = ({ request: { user } }: Call): Token[] => {
    try {
      return tokens.list(user.name).filter((each) => user.token === undefined || each.id === user.token);
    } catch (error) {
      throw storeFailed(error, 'STORE_UNREADABLE');
    }
  };
  return {
    'tokens.list': (call) => json(own(call).map(tokenJson)),
    'tokens.create': async (call) => {
      const { user } = call.request;
      if (user.token !== undefined) throw new AsterismError('TOKEN_FORBIDDEN');
      const request = readTokenRequest(user.name, (name) =>
        LISTS.has(name) ? call.list(name).join(',') : call.text(name),
      );
      try {
        const { text, token } = await tokens.create(request);
        return json({ ...tokenJson(token), token: text }, 201);
      } catch (error) {
        throw storeFailed(error, 'STORE_UNAVAILABLE');
      }
    },
    'tokens.revoke': async (call) => {
      const id = call.path('tokenId');
      if (!own(call).some((each) => each.id === id)) throw new AsterismError('TOKEN_NOT_FOUND');
      try {
        await tokens.revoke(id);
      } catch (error) {
        throw storeFailed(error, 'STORE_UNAVAILABLE');
      }
      return noContent;
    },
  };
}
