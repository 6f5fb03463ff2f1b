import { type CliCommand, usage } from '../command.ts';

/** What every list that takes `like <pattern>` has in common. */
export function listCommand(
  command: Omit<CliCommand, 'args' | 'run'> & { readonly run: ListRun },
): CliCommand {
  const listed: CliCommand = {
    ...command,
    args: '[ like <pattern> ]',
    usage: `${command.usage ?? command.summary}\nOptional regular expression pattern is used to filter the list.`,
    complete: (_context, args) => (args.length === 0 ? ['like'] : []),
    run: (context, args) => {
      // As the original: `like` alone is incomplete, any other word is passed over.
      if (args[0] === 'like' && args[1] === undefined) return usage(listed);
      return command.run(context, args[0] === 'like' ? pattern(args[1] ?? '') : undefined);
    },
  };
  return listed;
}

type ListRun = (
  context: Parameters<CliCommand['run']>[0],
  like: RegExp | undefined,
) => ReturnType<CliCommand['run']>;

/** A regular expression of a command line. */
export function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    // A pattern that is none matches nothing, rather than everything.
    return /(?!)/;
  }
}
