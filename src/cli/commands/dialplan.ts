import { type DialplanService, HINT_PRIORITY, REGISTRAR, readApplication } from '../../dialplan/index.ts';
import { type CliCommand, type CliContext, CommandFailed, usage } from '../command.ts';
import { dialplanOf, dialplanReferenceCommands } from './dialplan-reference.ts';

const MODULE = 'pbx_config';
const ORIGIN = { registrar: REGISTRAR } as const;

function* contexts(context: CliContext): Iterable<string> {
  for (const { name } of dialplanOf(context).current.contexts) yield name;
}

/** `exten@context` of everything that there is. */
function* places(context: CliContext): Iterable<string> {
  for (const each of dialplanOf(context).current.contexts) {
    yield each.name;
    for (const { name } of each.extensions) yield `${name}@${each.name}`;
  }
}

/** `exten,priority,application(data)`; undefined when a part is missing. */
function readLine(text: string) {
  const first = text.indexOf(',');
  const second = first < 0 ? -1 : text.indexOf(',', first + 1);
  if (second < 0) return undefined;
  const exten = text.slice(0, first).trim();
  const priority = text.slice(first + 1, second).trim();
  const number = priority === 'hint' ? HINT_PRIORITY : /^[1-9]\d{0,5}$/.test(priority) ? Number(priority) : 0;
  const { application, data } = readApplication(text.slice(second + 1).trim());
  if (exten === '' || number === 0 || application === '') return undefined;
  return { exten, priority, number, application, data };
}

/** The command's own usage, for arguments that count right and read wrong. */
function misused(words: string): string {
  const command = planCommands.find((each) => each.words === words);
  return command === undefined ? '' : usage(command);
}

function addExtension(context: CliContext, args: readonly string[]): string {
  const [text = '', into, name = '', replace] = args;
  const line = readLine(text);
  if (line === undefined || into !== 'into' || (replace !== undefined && replace !== 'replace'))
    return misused('dialplan add extension');
  const { exten, priority, number, application, data } = line;
  const dialplan = dialplanOf(context);
  const created = !dialplan.current.hasContext(name);
  const refusal = dialplan.change((builder) => {
    if (replace === undefined && builder.has(name, exten, number))
      return `Extension ${exten}@${name} with priority ${priority} already exists`;
    const origin = ORIGIN;
    return builder.add({ context: name, exten, priority: number, application, data, origin }, true);
  });
  if (refusal !== undefined) throw new CommandFailed(refusal);
  const shown = `'${exten},${priority},${application}(${data})'`;
  const note = created
    ? `Context '${name}' did not exist prior to add extension - the context will be created.\n`
    : '';
  return replace === undefined
    ? `${note}Extension ${shown} added into '${name}' context\n`
    : `${note}Extension ${exten}@${name} (${priority}) replace by ${shown}\n`;
}

function removeExtension(context: CliContext, [where = '', text]: readonly string[]): string {
  const at = where.lastIndexOf('@');
  if (at <= 0) return misused('dialplan remove extension');
  const exten = where.slice(0, at);
  const priority = text === 'hint' ? HINT_PRIORITY : text === undefined ? undefined : Number(text);
  const done = dialplanOf(context).change((builder) => builder.remove(where.slice(at + 1), exten, priority));
  if (!done) throw new CommandFailed(`Failed to remove extension ${where}`);
  return text === undefined
    ? `Whole extension ${where} removed\n`
    : `Extension ${where} with priority ${text} removed\n`;
}

/** `add … into context` and `remove … from context`: what is said when it is done, or when there is nothing to do. */
function contextPart(
  words: string,
  link: 'into' | 'from',
  change: (
    dialplan: DialplanService,
    text: string,
    context: string,
  ) => { readonly done: boolean; readonly said: string },
) {
  return (context: CliContext, [text = '', word, name = '']: readonly string[]): string => {
    if (word !== link) return misused(words);
    const dialplan = dialplanOf(context);
    if (!dialplan.current.hasContext(name)) throw new CommandFailed(`There is no context '${name}'`);
    const { done, said } = change(dialplan, text, name);
    if (!done) throw new CommandFailed(said);
    return `${said}\n`;
  };
}

const planCommands: readonly CliCommand[] = [
  {
    words: 'dialplan show',
    args: '[[exten@]context]',
    takes: 1,
    summary: 'Show dialplan',
    usage: 'Shows the whole dial plan, one context, or what an extension leads to.',
    complete: places,
    run: (context, [what]) => {
      const { found, lines } = dialplanOf(context).show(what);
      if (!found) throw new CommandFailed(lines.join('\n'));
      return `${lines.join('\n')}\n`;
    },
  },
  {
    words: 'dialplan reload',
    takes: 0,
    summary: 'Reload extensions and *only* extensions',
    usage: 'Reads extensions.conf again. A file with a fault leaves the dial plan as it is.',
    module: MODULE,
    run: (context) => {
      const fault = dialplanOf(context).reload();
      if (fault !== undefined) throw new CommandFailed(`The dial plan stays as it was: ${fault}`);
      return 'Dialplan reloaded.\n';
    },
  },
  {
    words: 'dialplan add extension',
    args: '<exten>,<priority>,<app(data)> into <context> [replace]',
    needs: 3,
    takes: 4,
    summary: 'Add new extension into context',
    usage: 'Adds a line until the next reload; with replace, in place of one that is there.',
    module: MODULE,
    complete: (context, args) =>
      args.length === 1
        ? ['into']
        : args.length === 2
          ? contexts(context)
          : args.length === 3
            ? ['replace']
            : [],
    run: addExtension,
  },
  {
    words: 'dialplan remove extension',
    args: '<exten>@<context> [priority]',
    needs: 1,
    takes: 2,
    summary: 'Remove a specified extension',
    usage: 'Removes an extension, or one priority of it, until the next reload.',
    module: MODULE,
    complete: (context, args) => (args.length === 0 ? places(context) : []),
    run: removeExtension,
  },
  {
    words: 'dialplan remove context',
    args: '<context>',
    needs: 1,
    takes: 1,
    summary: 'Remove a specified context',
    usage: 'Removes a context with all that is in it, until the next reload.',
    module: MODULE,
    complete: contexts,
    run: (context, [name = '']) =>
      dialplanOf(context).change((builder) => builder.removeContext(name))
        ? `Removed context '${name}'\n`
        : `There is no such context as '${name}'\n`,
  },
  {
    words: 'dialplan add include',
    args: '<context> into <context>',
    needs: 3,
    takes: 3,
    summary: 'Include context in other context',
    module: MODULE,
    complete: (context, args) => (args.length === 1 ? ['into'] : contexts(context)),
    run: contextPart('dialplan add include', 'into', (dialplan, text, name) => {
      const done = dialplan.change((builder) => builder.addInclude(name, text, ORIGIN));
      const what = done ? 'included' : 'is included already';
      return { done, said: `Context '${text}' ${what} in '${name}' context` };
    }),
  },
  {
    words: 'dialplan remove include',
    args: '<context> from <context>',
    needs: 3,
    takes: 3,
    summary: 'Remove a specified include from context',
    module: MODULE,
    complete: (context, args) => (args.length === 1 ? ['from'] : contexts(context)),
    run: contextPart('dialplan remove include', 'from', (dialplan, text, name) => {
      const done = dialplan.change((builder) => builder.removeInclude(name, text));
      return {
        done,
        said: done
          ? `We are not including '${text}' into '${name}' now`
          : `Context '${name}' does not include '${text}'`,
      };
    }),
  },
  {
    words: 'dialplan add ignorepat',
    args: '<pattern> into <context>',
    needs: 3,
    takes: 3,
    summary: 'Add new ignore pattern',
    module: MODULE,
    complete: (context, args) => (args.length === 1 ? ['into'] : args.length === 2 ? contexts(context) : []),
    run: contextPart('dialplan add ignorepat', 'into', (dialplan, text, name) => {
      const done = dialplan.change((builder) => builder.addIgnorePattern(name, text, ORIGIN));
      return {
        done,
        said: done
          ? `Ignore pattern '${text}' added into '${name}' context`
          : `Ignore pattern '${text}' is in '${name}' already, or is no pattern`,
      };
    }),
  },
  {
    words: 'dialplan remove ignorepat',
    args: '<pattern> from <context>',
    needs: 3,
    takes: 3,
    summary: 'Remove ignore pattern from context',
    module: MODULE,
    complete: (context, args) => (args.length === 1 ? ['from'] : args.length === 2 ? contexts(context) : []),
    run: contextPart('dialplan remove ignorepat', 'from', (dialplan, text, name) => {
      const done = dialplan.change((builder) => builder.removeIgnorePattern(name, text));
      return {
        done,
        said: done
          ? `Ignore pattern '${text}' removed from '${name}' context`
          : `Context '${name}' does not ignore '${text}'`,
      };
    }),
  },
  {
    words: 'dialplan set global',
    args: '<name> <value>',
    needs: 2,
    takes: 2,
    summary: 'Set global dialplan variable',
    run: async (context, [name = '', value = '']) => {
      await dialplanOf(context).setVariable(undefined, name, value);
      return `\n    -- Global variable '${name}' set to '${value}'\n`;
    },
  },
  {
    words: 'dialplan set chanvar',
    args: '<channel> <name> <value>',
    needs: 3,
    takes: 3,
    summary: 'Set a channel variable',
    *complete({ switch: owner }, args) {
      if (args.length === 0) for (const channel of owner.channels()) yield channel.name;
    },
    run: async (context, [name = '', variable = '', value = '']) => {
      const channel = context.switch.find(name);
      if (channel === undefined) throw new CommandFailed(`${name} is not a known channel`);
      await dialplanOf(context).setVariable(channel, variable, value);
      return `\n    -- Channel variable '${variable}' set to '${value}' for '${channel.name}'\n`;
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
  {
    words: 'dialplan eval function',
    args: '<function>(<arguments>)',
    needs: 1,
    takes: 1,
    summary: 'Evaluate a dialplan function',
    run: (context, [text = '']) => {
      const value = dialplanOf(context).evaluateFunction(text);
      const how = value === undefined ? 'Failure (-1)' : 'Success (0)';
      return `Return Value: ${how}\nResult: ${value ?? ''}\n`;
    },
  },
];

/** The dial plan: its lines, variables, applications, functions and hints. */
export const dialplanCommands: readonly CliCommand[] = [...planCommands, ...dialplanReferenceCommands];
