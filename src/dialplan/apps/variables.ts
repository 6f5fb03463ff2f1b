import type { ApplicationCall, ApplicationDefinition, Outcome } from './definition.ts';

async function set(call: ApplicationCall): Promise<Outcome> {
  if (call.data === '') {
    call.services.log.warning('Set needs a variable and a value');
    return 'next';
  }
  const equals = assignmentAt(call.data);
  if (equals < 0) {
    call.services.log.warning(`Set(${call.data}) lacks an '='`);
    return 'next';
  }
  await call.services.assign(call.channel, call.data.slice(0, equals), call.data.slice(equals + 1));
  return 'next';
}

/** The `=` that ends the name; one inside of a function's parentheses does not count. */
function assignmentAt(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === '=' && depth <= 0) return i;
  }
  return text.indexOf('=');
}

async function multipleSet(call: ApplicationCall): Promise<Outcome> {
  for (const pair of call.args) {
    const equals = assignmentAt(pair);
    if (equals < 0) {
      call.services.log.warning(`MSet: '${pair}' lacks an '='`);
      continue;
    }
    await call.services.assign(call.channel, pair.slice(0, equals), pair.slice(equals + 1));
  }
  return 'next';
}

/** Applications about variables, and the one about nothing. */
export const variableApplications: readonly ApplicationDefinition[] = [
  {
    name: 'NoOp',
    module: 'core',
    since: '13.8.0',
    summary: 'Do nothing: a place for a label or a trace.',
    arguments: [{ name: 'text', summary: 'Shown by the verbose log and by events.' }],
    capability: 'call',
    run: (call) => {
      call.services.log.debug(`NoOp: ${call.data}`);
      return 'next';
    },
  },
  {
    name: 'Set',
    module: 'core',
    since: '13.8.0',
    summary: 'Set a channel variable or a function.',
    description:
      'A name that begins with one underscore is inherited by the channels that this one creates, with two by theirs as well.',
    separator: '=',
    arguments: [
      { name: 'name', required: true },
      { name: 'value', required: true },
    ],
    capability: 'call',
    run: set,
  },
  {
    name: 'MSet',
    module: 'core',
    since: '13.8.0',
    summary: 'Set several channel variables or functions.',
    arguments: [
      { name: 'set1', required: true, separator: '=' },
      { name: 'set2', multiple: true, separator: '=' },
    ],
    capability: 'call',
    run: multipleSet,
  },
];
