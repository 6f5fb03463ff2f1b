import { argument, type FunctionCall, type FunctionDefinition, FunctionError } from './definition.ts';
import { namedVariable, resolveEscapes, rest } from './strings.ts';

const onVariable = [{ name: 'varname', required: true }, { name: 'delimiter' }] as const;

function delimiterOf(call: FunctionCall, index = 1): string {
  return resolveEscapes(argument(call, index)) || ',';
}

/** Fields `1&3-5` of a variable, counted from 1. */
function cut(call: FunctionCall): string {
  const delimiter = (resolveEscapes(argument(call, 1)) || '-').slice(0, 1);
  const fields = namedVariable(call).split(delimiter);
  const chosen: string[] = [];
  for (const range of rest(call, 2).split('&')) {
    const match = /^\s*(\d*)\s*(-?)\s*(\d*)\s*$/.exec(range);
    if (match === null) throw new FunctionError(`CUT: ${range} is no range of fields`);
    const first = match[1] === '' ? 1 : Number(match[1]);
    const last = match[2] === '' ? first : match[3] === '' ? fields.length : Number(match[3]);
    chosen.push(...fields.slice(Math.max(first, 1) - 1, last));
  }
  return chosen.join(delimiter);
}

function sort(call: FunctionCall): string {
  return call.args
    .map((pair) => {
      const colon = pair.indexOf(':');
      if (colon < 0) throw new FunctionError(`SORT: ${pair} has no value`);
      return { key: pair.slice(0, colon), value: Number.parseFloat(pair.slice(colon + 1)) || 0 };
    })
    .sort((a, b) => a.value - b.value)
    .map((each) => each.key)
    .join(',');
}

function fieldCount(call: FunctionCall): string {
  const value = namedVariable(call);
  return value === '' ? '0' : String(value.split(delimiterOf(call)).length);
}

function listFilter(call: FunctionCall): string {
  const delimiter = delimiterOf(call);
  const fields = namedVariable(call).split(delimiter);
  const at = fields.indexOf(rest(call, 2));
  if (at >= 0) fields.splice(at, 1);
  return fields.join(delimiter);
}

/** Takes one field off a variable and gives it back. */
function take(call: FunctionCall, end: 'first' | 'last'): string {
  const value = namedVariable(call);
  if (value === '') return '';
  const fields = value.split(delimiterOf(call));
  const taken = (end === 'first' ? fields.shift() : fields.pop()) ?? '';
  call.services.setVariable(call.channel, argument(call, 0), fields.join(delimiterOf(call)));
  return taken;
}

function add(call: FunctionCall, value: string, end: 'first' | 'last'): void {
  const before = namedVariable(call);
  const parts = before === '' ? [value] : end === 'first' ? [value, before] : [before, value];
  call.services.setVariable(call.channel, argument(call, 0), parts.join(delimiterOf(call)));
}

function assignArray(call: FunctionCall, value: string): void {
  const values = call.services.splitArguments(value);
  call.args.forEach((name, i) => {
    call.services.setVariable(call.channel, name.trim(), values[i] ?? '');
  });
}

const hashKey = (name: string, key: string) => `~HASH~${name}~${key}~`;

function hashKeys(call: FunctionCall): string {
  const prefix = `~HASH~${argument(call, 0)}~`;
  const keys: string[] = [];
  for (const name of call.channel?.variables.keys() ?? []) {
    if (name.startsWith(prefix)) keys.push(name.slice(prefix.length, -1));
  }
  return keys.join(',');
}

/** Functions that treat a text as a list of fields. */
export const listFunctions: readonly FunctionDefinition[] = [
  {
    name: 'CUT',
    module: 'func_cut',
    summary: 'Gives some of the fields of a variable.',
    arguments: [
      { name: 'varname', required: true },
      { name: 'char-delim', required: true },
      { name: 'range-spec', required: true },
    ],
    read: cut,
  },
  {
    name: 'SORT',
    module: 'func_cut',
    summary: 'Sorts keys by the numbers that stand beside them.',
    arguments: [
      { name: 'keyval', required: true, separator: ':' },
      { name: 'keyvaln', multiple: true, separator: ':' },
    ],
    read: sort,
  },
  {
    name: 'FIELDQTY',
    module: 'func_strings',
    summary: 'Counts the fields of a variable.',
    arguments: [
      { name: 'varname', required: true },
      { name: 'delim', required: true },
    ],
    read: fieldCount,
  },
  {
    name: 'FIELDNUM',
    module: 'func_strings',
    summary: 'Tells which field of a variable has a value, counted from 1; 0 for none.',
    arguments: [
      { name: 'varname', required: true },
      { name: 'delim', required: true },
      { name: 'value', required: true },
    ],
    read: (call) => String(namedVariable(call).split(delimiterOf(call)).indexOf(rest(call, 2)) + 1),
  },
  {
    name: 'LISTFILTER',
    module: 'func_strings',
    summary: 'Gives a list without one of its values.',
    arguments: [
      { name: 'varname', required: true },
      { name: 'delim', required: true },
      { name: 'value', required: true },
    ],
    read: listFilter,
  },
  {
    name: 'SHIFT',
    module: 'func_strings',
    summary: 'Takes the first field off a variable.',
    arguments: onVariable,
    read: (call) => take(call, 'first'),
  },
  {
    name: 'POP',
    module: 'func_strings',
    summary: 'Takes the last field off a variable.',
    arguments: onVariable,
    read: (call) => take(call, 'last'),
  },
  {
    name: 'PUSH',
    module: 'func_strings',
    summary: 'Appends a field to a variable.',
    arguments: onVariable,
    write: (call, value) => add(call, value, 'last'),
  },
  {
    name: 'UNSHIFT',
    module: 'func_strings',
    summary: 'Puts a field in front of a variable.',
    arguments: onVariable,
    write: (call, value) => add(call, value, 'first'),
  },
  {
    name: 'ARRAY',
    module: 'func_strings',
    summary: 'Sets several variables from one list.',
    arguments: [{ name: 'var1', required: true }, { name: 'var2', multiple: true }, { name: 'varN' }],
    write: assignArray,
  },
  {
    name: 'HASH',
    module: 'func_strings',
    summary: 'Gives or sets one value of an associative array.',
    arguments: [{ name: 'hashname', required: true }, { name: 'hashkey' }],
    read: (call) => namedVariable(call, hashKey(argument(call, 0), argument(call, 1))),
    write: (call, value) => {
      if (call.args.length < 2) throw new FunctionError('HASH needs a key to set');
      call.services.setVariable(call.channel, hashKey(argument(call, 0), argument(call, 1)), value);
    },
  },
  {
    name: 'HASHKEYS',
    module: 'func_strings',
    summary: 'Lists the keys of an associative array.',
    arguments: [{ name: 'hashname', required: true }],
    read: hashKeys,
  },
];
