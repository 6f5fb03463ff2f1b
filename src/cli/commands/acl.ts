import { aclText } from '../../security/index.ts';
import type { CliCommand, CliContext } from '../command.ts';

function one({ acls }: CliContext, name: string): string {
  const acl = acls.get(name);
  return acl === undefined ? `\nCould not find ACL named '${name}'\n` : `\n${aclText(acl, '', name)}`;
}

/** The access lists of acl.conf. */
export const aclCommands: readonly CliCommand[] = [
  {
    words: 'acl show',
    args: '[name]',
    takes: 1,
    summary: 'Show a named ACL or list all named ACLs',
    usage: 'Shows a list of named ACLs or lists all entries in a given named ACL.',
    complete: ({ acls }) => acls.names(),
    run: (context, [name]) =>
      name === undefined
        ? `\nacl\n---\n${context.acls
            .names()
            .map((each) => `${each}\n`)
            .join('')}`
        : one(context, name),
  },
];
