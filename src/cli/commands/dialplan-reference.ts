import {
  type ApplicationDefinition,
  type ArgumentDefinition,
  callSyntax,
  type DialplanService,
  type FunctionDefinition,
  type HintView,
  type OptionDefinition,
} from '../../dialplan/index.ts';
import { type CliCommand, type CliContext, CommandFailed } from '../command.ts';

/** The dial plan. @throws {CommandFailed} where the server has none */
export function dialplanOf({ dialplan }: CliContext): DialplanService {
  if (dialplan === undefined) throw new CommandFailed('There is no dial plan');
  return dialplan;
}

const cut = (text: string, width: number) => text.slice(0, width).padEnd(width);
const contains = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());

// The original colours its reference pages even for remote commands.
const RESET = '\u001b[0m';
const heading = (text: string) => `\u001b[1;35m${text}${RESET}`;
const body = (text: string) => `\u001b[1;36m${text}${RESET}`;
const NOTHING = 'Not available';

interface Documented {
  readonly name: string;
  readonly module: string;
  readonly summary: string;
  readonly since?: string;
  readonly description?: string;
  readonly separator?: string;
  readonly arguments: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
  readonly variables?: readonly string[];
}

function argumentsText({ arguments: all, options = [] }: Documented): string {
  if (all.length === 0) return body(NOTHING);
  const parts = all.map(({ name, summary, separator, multiple }) => {
    const lines = [name];
    if (summary !== undefined) lines.push(`    ${summary}`);
    if (separator !== undefined && separator !== ',')
      lines.push(`    Parts are separated by '${separator}'.`);
    if (multiple === true) lines.push('    May be given more than once.');
    if (name === 'options') for (const each of options) lines.push(`    ${each.name}: ${each.summary}`);
    return lines.join('\n');
  });
  return body(`\n${parts.join('\n\n')}`);
}

/** The page of one application or function. */
function page(kind: 'Application' | 'Function', each: Documented): string {
  const { description, variables = [] } = each;
  const sets = variables.length === 0 ? [] : [`Sets ${variables.map((name) => `\${${name}}`).join(', ')}.`];
  const told = [...(description === undefined ? [] : [description]), ...sets].join('\n');
  const sections: [string, string][] = [
    ['Synopsis', body(each.summary)],
    ['Provided By', body(each.module === 'core' ? 'builtin' : each.module)],
    ['Since', body(each.since ?? NOTHING)],
    ['Description', body(told === '' ? NOTHING : told)],
    ['Syntax', body(callSyntax(each))],
    ['Arguments', argumentsText(each)],
    ['See Also', body(NOTHING)],
  ];
  const title = heading(`  -= Info about ${kind} '${each.name}' =- `);
  return `\n${title}\n\n${sections.map(([name, text]) => `${heading(`[${name}]`)}\n${text}\n\n`).join('')}`;
}

/** Whether every word stands somewhere in what is told of an application. */
function describes(each: ApplicationDefinition, words: readonly string[]): boolean {
  const text = `${each.name} ${each.summary} ${each.description ?? ''}`;
  return words.every((word) => contains(text, word));
}

function* applications(context: CliContext, [how, ...words]: readonly string[]): Iterable<string> {
  const like = how === 'like' && words.length === 1;
  const describing = how === 'describing' && words.length > 0;
  if (how !== undefined && !like && !describing) {
    yield 'Usage: core show applications [{like|describing} <text>]\n';
    return;
  }
  const all = dialplanOf(context).applications();
  const shown = like
    ? all.filter(({ name }) => contains(name, words[0] ?? ''))
    : describing
      ? all.filter((each) => describes(each, words))
      : all;
  yield `    -= ${how === undefined ? 'Registered' : 'Matching'} Asterisk Applications =-\n`;
  for (const { name, summary } of shown) yield `  ${name.padStart(20)}: ${summary}\n`;
  yield `    -= ${shown.length} Applications ${how === undefined ? 'Registered' : 'Matching'} =-\n`;
}

function* functions(context: CliContext, [how, text]: readonly string[]): Iterable<string> {
  if (how !== undefined && (how !== 'like' || text === undefined)) {
    yield 'Usage: core show functions [like <text>]\n';
    return;
  }
  const all = dialplanOf(context).functions();
  const shown = text === undefined ? all : all.filter(({ name }) => contains(name, text));
  yield `${how === undefined ? 'Installed' : 'Matching'} Custom Functions:\n${'-'.repeat(80)}\n`;
  for (const each of shown) yield `${cut(each.name, 20)}  ${cut(callSyntax(each), 35)}  ${each.summary}\n`;
  yield `${shown.length} ${how === undefined ? '' : 'matching '}custom functions installed.\n`;
}

function hintLine({ exten, context, hint, state, presence }: HintView): string {
  const place = cut(`${exten}@${context}`, 30);
  // Nobody can subscribe to an extension here.
  return `${place}: ${cut(hint, 60)}  State:${cut(state.text, 15)} Presence:${cut(presence.state, 15)} Watchers ${'0'.padStart(2)}\n`;
}

function* hints(context: CliContext): Iterable<string> {
  const all = [...dialplanOf(context).hints.all()];
  if (all.length === 0) {
    yield 'There are no registered dialplan hints\n';
    return;
  }
  yield '\n    -= Registered Asterisk Dial Plan Hints =-\n';
  for (const each of all) yield hintLine(each);
  yield `----------------\n- ${all.length} hints registered\n`;
}

function* hint(context: CliContext, exten: string): Iterable<string> {
  const found = [...dialplanOf(context).hints.all()].filter((each) => each.exten === exten);
  for (const each of found) yield hintLine(each);
  yield found.length === 0
    ? `No hints matching extension ${exten}\n`
    : `${found.length} hint${found.length === 1 ? '' : 's'} matching extension ${exten}\n`;
}

function* names(all: readonly (ApplicationDefinition | FunctionDefinition)[]): Iterable<string> {
  for (const { name } of all) yield name;
}

/** What the dial plan can do: applications, functions, hints. */
export const dialplanReferenceCommands: readonly CliCommand[] = [
  {
    words: 'core show applications',
    args: '[{like|describing} <text>]',
    summary: 'Shows registered dialplan applications',
    complete: (_context, args) => (args.length === 0 ? ['describing', 'like'] : []),
    run: applications,
  },
  {
    words: 'core show application',
    args: '<application> [<application> …]',
    needs: 1,
    summary: 'Describe a specific dialplan application',
    complete: (context) => names(dialplanOf(context).applications()),
    run: (context, args) => {
      const found = args.flatMap((name) => dialplanOf(context).application(name) ?? []);
      if (found.length === 0) throw new CommandFailed('Your application(s) is (are) not registered');
      return found.map((each) => page('Application', each)).join('');
    },
  },
  {
    words: 'core show functions',
    args: '[like <text>]',
    takes: 2,
    summary: 'Shows registered dialplan functions',
    complete: (_context, args) => (args.length === 0 ? ['like'] : []),
    run: functions,
  },
  {
    words: 'core show function',
    args: '<function>',
    needs: 1,
    takes: 1,
    summary: 'Describe a specific dialplan function',
    complete: (context) => names(dialplanOf(context).functions()),
    run: (context, [name = '']) => {
      const found = dialplanOf(context).function(name) ?? dialplanOf(context).function(name.toUpperCase());
      if (found === undefined) throw new CommandFailed('No function by that name registered.');
      return page('Function', found);
    },
  },
  {
    words: 'core show hints',
    takes: 0,
    summary: 'Show dialplan hints',
    run: hints,
  },
  {
    words: 'core show hint',
    args: '<exten>',
    needs: 1,
    takes: 1,
    summary: 'Show dialplan hint',
    *complete(context) {
      for (const { exten } of dialplanOf(context).hints.all()) yield exten;
    },
    run: (context, [exten = '']) => hint(context, exten),
  },
];
