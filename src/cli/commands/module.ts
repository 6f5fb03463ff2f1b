import type { CliCommand, CliContext } from '../command.ts';

function* show({ modules }: CliContext, like: string | undefined): Iterable<string> {
  yield `${'Module'.padEnd(30)} ${'Description'.padEnd(40)} ${'Use Count'.padEnd(10)} ${'Status'.padEnd(11)}       Support Level\n`;
  let count = 0;
  for (const each of modules.list()) {
    if (like !== undefined && !each.name.toLowerCase().includes(like.toLowerCase())) continue;
    count++;
    const status = each.running ? 'Running' : 'Not Running';
    yield `${each.name.padEnd(30)} ${each.description.slice(0, 40).padEnd(40)} ${String(each.useCount).padEnd(10)} ${status.padEnd(11)} ${each.supportLevel.padStart(19)}\n`;
  }
  yield `${count} modules loaded\n`;
}

function* names({ modules }: CliContext): Iterable<string> {
  for (const each of modules.list()) yield each.name;
}

export const moduleCommands: readonly CliCommand[] = [
  {
    words: 'module show',
    args: '[like <keyword>]',
    takes: 2,
    summary: 'List modules and info',
    run: (context, [word, like]) => show(context, word === 'like' ? like : undefined),
  },
  {
    words: 'module reload',
    args: '[module]',
    summary: 'Reload configuration for one or every module',
    complete: names,
    run: ({ modules }, [name]) => modules.reload(name),
  },
  {
    words: 'module load',
    args: '<module>',
    needs: 1,
    takes: 1,
    summary: 'Load a module by name',
    complete: names,
    run: ({ modules }, [name = '']) => modules.load(name),
  },
  {
    words: 'module unload',
    args: '<module>',
    needs: 1,
    takes: 1,
    summary: 'Unload a module by name',
    complete: names,
    run: ({ modules }, [name = '']) => modules.unload(name),
  },
];
