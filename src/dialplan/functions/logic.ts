import { isTrue } from '../apps/definition.ts';
import { matchesTime } from '../apps/time-spec.ts';
import {
  argument,
  type FunctionCall,
  type FunctionDefinition,
  FunctionError,
  requireChannel,
} from './definition.ts';
import { rest } from './strings.ts';

/** Splits `condition?yes:no`, leaving separators inside double quotes alone. */
export function splitChoice(text: string): { condition: string; yes: string; no: string } | undefined {
  const question = text.indexOf('?');
  if (question < 0) return undefined;
  let quoted = false;
  let colon = -1;
  for (let i = question + 1; i < text.length && colon < 0; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === ':' && !quoted) colon = i;
  }
  return {
    condition: text.slice(0, question).trim(),
    yes: text.slice(question + 1, colon < 0 ? undefined : colon),
    no: colon < 0 ? '' : text.slice(colon + 1),
  };
}

function unquote(text: string): string {
  const bare = text.trim();
  return bare.length >= 2 && bare.startsWith('"') && bare.endsWith('"') ? bare.slice(1, -1) : bare;
}

function choose(call: FunctionCall, holds: (condition: string) => boolean): string {
  const choice = splitChoice(call.text);
  if (choice === undefined) throw new FunctionError(`${call.name} needs condition?value:value`);
  return unquote(holds(choice.condition) ? choice.yes : choice.no);
}

function importVariable(call: FunctionCall): string {
  const other = call.services.switch.find(argument(call, 0));
  return other === undefined ? '' : (call.services.variable(other, rest(call, 1)) ?? '');
}

function dialplanExists(call: FunctionCall): string {
  const [context = '', exten, priority] = call.args;
  const found =
    exten === undefined || exten === ''
      ? call.services.exists(context)
      : call.services.exists(context, exten, placeOf(priority), call.channel?.caller.number);
  return found ? '1' : '0';
}

function validExten(call: FunctionCall): string {
  const context = argument(call, 0) || call.channel?.context || '';
  const found = call.services.exists(
    context,
    argument(call, 1),
    placeOf(call.args[2]),
    call.channel?.caller.number,
  );
  return found ? '1' : '0';
}

function placeOf(text: string | undefined): number | string {
  if (text === undefined || text === '') return 1;
  return /^\d+$/.test(text) ? Number(text) : text;
}

function exception(call: FunctionCall): string {
  const raised = call.services.thread(requireChannel(call)).exception;
  switch (argument(call, 0).toLowerCase()) {
    case 'reason':
      return raised?.reason ?? '';
    case 'context':
      return raised?.context ?? '';
    case 'exten':
      return raised?.exten ?? '';
    case 'priority':
      return raised === undefined ? '' : String(raised.priority);
    default:
      throw new FunctionError(`EXCEPTION does not know ${argument(call, 0)}`);
  }
}

/** Functions of func_logic, func_dialplan and func_global, and those of the builtins that are about variables. */
export const logicFunctions: readonly FunctionDefinition[] = [
  {
    name: 'IF',
    module: 'func_logic',
    summary: 'Gives one of two values, as a condition holds or not.',
    arguments: [
      { name: 'expression', required: true },
      { name: 'retvalue', required: true, separator: ':' },
    ],
    read: (call) => choose(call, isTrue),
  },
  {
    name: 'IFTIME',
    module: 'func_logic',
    summary: 'Gives one of two values, as a time range holds or not.',
    arguments: [
      { name: 'timespec', required: true },
      { name: 'retvalue', required: true, separator: ':' },
    ],
    // The hours of a range have colons of their own, so the choice begins at the question mark.
    read: (call) => choose(call, (range) => matchesTime(range, call.services.clock.now())),
  },
  {
    name: 'ISNULL',
    module: 'func_logic',
    summary: 'Tells whether its argument is empty: 1 or 0.',
    arguments: [{ name: 'data', required: true }],
    read: (call) => (call.text === '' ? '1' : '0'),
  },
  {
    name: 'EXISTS',
    module: 'func_logic',
    summary: 'Tells whether its argument is not empty: 1 or 0.',
    arguments: [{ name: 'data', required: true }],
    read: (call) => (call.text === '' ? '0' : '1'),
  },
  {
    name: 'SET',
    module: 'func_logic',
    summary: 'Sets a variable and gives its value.',
    arguments: [{ name: 'varname', required: true, separator: '=' }, { name: 'value' }],
    read: (call) => {
      const equals = call.text.indexOf('=');
      if (equals < 0) throw new FunctionError('SET needs name=value');
      const value = call.text.slice(equals + 1).trim();
      call.services.setVariable(call.channel, call.text.slice(0, equals).trim(), value);
      return value;
    },
  },
  {
    name: 'DELETE',
    module: 'func_logic',
    summary: 'Removes a variable from the channel.',
    arguments: [{ name: 'varname', required: true }],
    read: (call) => {
      call.services.setVariable(requireChannel(call), argument(call, 0), undefined);
      return '';
    },
  },
  {
    name: 'VARIABLE_EXISTS',
    module: 'func_logic',
    summary: 'Tells whether the channel has a variable: 1 or 0.',
    arguments: [{ name: 'varname', required: true }],
    read: (call) => (requireChannel(call).getVariable(argument(call, 0)) === undefined ? '0' : '1'),
  },
  {
    name: 'IMPORT',
    module: 'func_logic',
    summary: 'Gives a variable of another channel.',
    arguments: [
      { name: 'channel', required: true },
      { name: 'variable', required: true },
    ],
    read: importVariable,
  },
  {
    name: 'GLOBAL',
    module: 'func_global',
    summary: 'Gives or sets a global variable.',
    arguments: [{ name: 'varname', required: true }],
    read: (call) => call.services.switch.globals.get(argument(call, 0)) ?? '',
    write: (call, value) => call.services.setVariable(undefined, argument(call, 0), value),
  },
  {
    name: 'GLOBAL_EXISTS',
    module: 'func_global',
    summary: 'Tells whether there is a global variable: 1 or 0.',
    arguments: [{ name: 'varname', required: true }],
    read: (call) => (call.services.switch.globals.has(argument(call, 0)) ? '1' : '0'),
  },
  {
    name: 'GLOBAL_DELETE',
    module: 'func_global',
    summary: 'Removes a global variable.',
    arguments: [{ name: 'varname', required: true }],
    read: (call) => {
      call.services.setVariable(undefined, argument(call, 0), undefined);
      return '';
    },
  },
  {
    name: 'DIALPLAN_EXISTS',
    module: 'func_dialplan',
    summary: 'Tells whether the dial plan has a context, an extension or a priority: 1 or 0.',
    arguments: [{ name: 'context', required: true }, { name: 'extension' }, { name: 'priority' }],
    read: dialplanExists,
  },
  {
    name: 'VALID_EXTEN',
    module: 'func_dialplan',
    summary: 'Tells whether an extension can be dialled: 1 or 0.',
    arguments: [{ name: 'context' }, { name: 'extension', required: true }, { name: 'priority' }],
    read: validExten,
  },
  {
    name: 'EXCEPTION',
    module: 'core',
    summary: 'Tells why the e extension runs.',
    arguments: [{ name: 'field', required: true }],
    read: exception,
  },
];
