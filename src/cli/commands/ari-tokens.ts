import { isAsterismError } from '../../errors/index.ts';
import { utcStamp } from '../../platform/index.ts';
import type { Token } from '../../security/index.ts';
import { type CliCommand, type CliContext, CommandFailed } from '../command.ts';

const MODULE = 'res_ari';
const COLUMNS = [16, 20, 29, 4] as const;

function ari(context: CliContext) {
  const found = context.ari();
  if (found === undefined) throw new CommandFailed('Error getting ARI configuration');
  return found;
}

async function create(context: CliContext, [user = '', ...given]: readonly string[]): Promise<string> {
  const view = ari(context);
  if (view.user(user) === undefined) throw new CommandFailed(`User '${user}' not found`);
  const options = new Map<string, string>();
  for (const each of given) {
    const equals = each.indexOf('=');
    const name = each.slice(0, Math.max(0, equals));
    if (!view.tokenOptions.includes(name))
      throw new CommandFailed(
        `'${each}' is none of ${view.tokenOptions.map((known) => `${known}=`).join(', ')}`,
      );
    options.set(name, each.slice(equals + 1));
  }
  try {
    const { text, token } = await view.createToken(user, options);
    return `${text}\nToken '${token.id}' of user '${user}' ends at ${utcStamp(token.expires)}; it is not shown again\n`;
  } catch (error) {
    if (!isAsterismError(error)) throw error;
    throw new CommandFailed([error.message, error.detail, error.hint].filter(Boolean).join('. '));
  }
}

function* list(context: CliContext, [user]: readonly string[]): Iterable<string> {
  yield row(['Token', 'User', 'Expires', 'r/o?', 'Label']);
  for (const token of ari(context).listTokens(user)) {
    yield row([token.id, token.user, utcStamp(token.expires), token.readOnly ? 'Yes' : 'No', token.label]);
    for (const [name, patterns] of lists(token))
      if (patterns.length > 0) yield `    ${name}=${patterns.join(',')}\n`;
  }
}

function lists(token: Token): readonly (readonly [name: string, patterns: readonly string[]])[] {
  return [
    ['allowOperations', token.allowOperations],
    ['denyOperations', token.denyOperations],
    ['allowApplications', token.allowApplications],
    ['denyApplications', token.denyApplications],
  ];
}

function row(cells: readonly string[]): string {
  return `${cells
    .map((cell, index) => cell.padEnd(COLUMNS[index] ?? 0))
    .join('  ')
    .trimEnd()}\n`;
}

/** Bearer tokens of ARI, which Asterisk does not have. */
export const ariTokenCommands: readonly CliCommand[] = [
  {
    words: 'ari token create',
    args: '<user> [<name>=<value> ...]',
    needs: 1,
    summary: 'Make a token for an ARI user',
    usage:
      'Makes a token that may do what the user may, or less, and shows it this once.\nlabel=<text> expiresIn=<seconds> readOnly=<yes|no> allowOperations=<list> denyOperations=<list>\nallowApplications=<list> denyApplications=<list>; lists have commas, and * for anything.',
    module: MODULE,
    complete: (context, args) =>
      args.length === 0
        ? [...ari(context).users()].map(({ name }) => name)
        : ari(context).tokenOptions.map((name) => `${name}=`),
    run: create,
  },
  {
    words: 'ari token list',
    args: '[<user>]',
    takes: 1,
    summary: 'List tokens of ARI users',
    usage: 'Lists the tokens that have not ended, of one user or of all.',
    module: MODULE,
    complete: (context) => [...ari(context).users()].map(({ name }) => name),
    run: list,
  },
  {
    words: 'ari token revoke',
    args: '<id>',
    needs: 1,
    takes: 1,
    summary: 'End a token of an ARI user',
    usage: 'Ends a token, and closes the sockets that were opened with it.',
    module: MODULE,
    complete: (context) =>
      ari(context)
        .listTokens()
        .map(({ id }) => id),
    run: async (context, [id = '']) => {
      if (!(await ari(context).revokeToken(id))) throw new CommandFailed(`Token '${id}' not found`);
      return `Token '${id}' is revoked\n`;
    },
  },
];
