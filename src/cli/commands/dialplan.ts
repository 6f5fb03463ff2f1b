import type { CliCommand } from '../command.ts';

export const dialplanCommands: readonly CliCommand[] = [
  {
    words: 'dialplan show',
    args: '[[exten@]context]',
    takes: 1,
    summary: 'Show dialplan',
    module: 'pbx_config',
    run: ({ dialplan }, [argument]) => dialplan?.show(argument) ?? '',
  },
  {
    words: 'dialplan reload',
    takes: 0,
    summary: 'Reload extensions and *only* extensions',
    module: 'pbx_config',
    run: ({ dialplan }) => dialplan?.reload() ?? '',
  },
  {
    words: 'dialplan set global',
    args: '<name> <value>',
    needs: 2,
    takes: 2,
    summary: 'Set global dialplan variable',
    run: ({ switch: owner }, [name = '', value = '']) => {
      owner.setGlobal(name, value);
      return '';
    },
  },
  {
    words: 'dialplan show globals',
    takes: 0,
    summary: 'Show global dialplan variables',
    *run({ switch: owner }) {
      for (const [name, value] of owner.globals) yield `   ${name}=${value}\n`;
      yield `\n    -- ${owner.globals.size} variable(s)\n`;
    },
  },
];
