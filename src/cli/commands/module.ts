import { type ReloadResult, showModules } from '../../modules/index.ts';
import { type CliCommand, type CliContext, CommandFailed } from '../command.ts';

function* running({ modules }: CliContext): Iterable<string> {
  for (const each of modules.list()) if (each.running) yield each.name;
}

function reloaded(name: string, { result }: ReloadResult): string {
  switch (result) {
    case 'reloaded':
      return `Module '${name}' reloaded successfully.\n`;
    case 'not-supported':
      return `The module '${name}' does not support reloads\n`;
    case 'not-running':
      return `Module '${name}' is not running.\n`;
    case 'failed':
      return `The module '${name}' reported a reload failure\n`;
    case 'not-found':
      return `No such module '${name}'\n`;
  }
}

/** Modules by hand. */
export const moduleCommands: readonly CliCommand[] = [
  {
    words: 'module show',
    takes: 0,
    summary: 'List modules and info',
    run: ({ modules }) => showModules(modules.list()),
  },
  {
    words: 'module show like',
    args: '<keyword>',
    needs: 1,
    takes: 1,
    summary: 'List modules and info',
    complete: running,
    run: ({ modules }, [like]) => showModules(modules.list(like)),
  },
  {
    words: 'module load',
    args: '<module>',
    needs: 1,
    takes: 1,
    summary: 'Load a module by name',
    usage: 'Loads a module, with all that it requires.',
    complete: ({ modules }) => modules.loadable(),
    run: async ({ modules }, [name = '']) => {
      const { result } = await modules.load(name);
      if (result !== 'loaded') throw new CommandFailed(`Unable to load module ${name}`);
      return `Loaded ${name}\n`;
    },
  },
  {
    words: 'module unload',
    args: '<module>',
    needs: 1,
    takes: 1,
    summary: 'Unload a module by name',
    usage: 'Unloads a module that no other one requires.',
    complete: running,
    run: async ({ modules }, [name = '']) => {
      const { result } = await modules.unload(name);
      if (result !== 'unloaded') throw new CommandFailed(`Unable to unload resource ${name}`);
      return `Unloaded ${name}\n`;
    },
  },
  {
    words: 'module refresh',
    args: '<module> [recursively]',
    needs: 1,
    takes: 2,
    summary: 'Completely unloads and loads again a module by name',
    usage: "Unloads and loads a module; 'recursively' with the modules that require it.",
    complete: (context, args) => (args.length === 0 ? running(context) : ['recursively']),
    run: async ({ modules }, [name = '', how]) => {
      const { result } = await modules.refresh(name, how === 'recursively');
      if (result !== 'loaded') throw new CommandFailed(`Unable to refresh module ${name}`);
      return `Unloaded and loaded ${name}\n`;
    },
  },
  {
    words: 'module reload',
    args: '[module ...]',
    summary: 'Reload configuration for a module',
    usage: 'Lets the named modules, or every one, read their configuration again.',
    complete: running,
    run: async ({ modules, server }, names) => {
      if (names.length === 0) await server.reload();
      let text = '';
      for (const name of names) text += reloaded(name, await modules.reload(name));
      return text;
    },
  },
  {
    words: 'manager reload',
    takes: 0,
    summary: 'Reload manager configurations',
    usage: 'Reads manager.conf again.',
    run: async ({ modules }) => {
      const { result } = await modules.reload('manager');
      if (result !== 'reloaded') throw new CommandFailed('');
      return '';
    },
  },
];
