import { argument, type FunctionCall, type FunctionDefinition, FunctionError } from './definition.ts';

/** Longest signs first, so that `<<` is not taken for `<`. */
const OPERATORS = [
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  'XOR',
  'AND',
  'OR',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '<',
  '>',
] as const;
type Operator = (typeof OPERATORS)[number];

interface Operation {
  readonly left: number;
  readonly operator: Operator;
  readonly right: number;
}

function parse(expression: string): Operation {
  // A sign at the very start belongs to the first number.
  for (let i = 1; i < expression.length; i++) {
    const operator = OPERATORS.find((each) => expression.startsWith(each, i));
    if (operator === undefined) continue;
    const left = Number(expression.slice(0, i).trim());
    const right = Number(expression.slice(i + operator.length).trim());
    if (Number.isNaN(left) || Number.isNaN(right)) break;
    return { left, operator, right };
  }
  throw new FunctionError(`MATH cannot compute ${expression}`);
}

function compute({ left, operator, right }: Operation): number | boolean {
  const integers = [Math.trunc(left), Math.trunc(right)] as const;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      if (integers[1] === 0) throw new FunctionError('MATH cannot divide by zero');
      return integers[0] % integers[1];
    case '^':
      return left ** right;
    case '<<':
      return integers[0] << integers[1];
    case '>>':
      return integers[0] >> integers[1];
    case 'AND':
      return integers[0] & integers[1];
    case 'OR':
      return integers[0] | integers[1];
    case 'XOR':
      return integers[0] ^ integers[1];
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
    case '==':
      return left === right;
  }
}

function math(call: FunctionCall): string {
  const result = compute(parse(argument(call, 0)));
  if (typeof result === 'boolean') return result ? 'TRUE' : 'FALSE';
  if (Number.isNaN(result)) return 'nan';
  if (!Number.isFinite(result)) return result > 0 ? 'inf' : '-inf';
  const integer = Math.trunc(result);
  switch (argument(call, 1)) {
    case '':
    case 'f':
    case 'float':
      return result.toFixed(6);
    case 'i':
    case 'int':
      return String(integer);
    case 'h':
    case 'hex':
      return (integer >>> 0).toString(16);
    case 'c':
    case 'char':
      return String.fromCharCode(integer & 0xff);
    default:
      throw new FunctionError(`MATH does not know the type ${argument(call, 1)}`);
  }
}

function step(call: FunctionCall, by: 1 | -1): string {
  const name = argument(call, 0);
  const value = call.services.variable(call.channel, name);
  const number = Number(value);
  if (value === undefined || value.trim() === '' || Number.isNaN(number))
    throw new FunctionError(`${call.name}: ${name} is not a number`);
  const next = plain(number + by);
  call.services.setVariable(call.channel, name, next);
  return next;
}

/** Whole numbers without a fraction, others with six digits. */
function plain(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(6);
}

function numberOf(call: FunctionCall, index: number): number {
  const value = Number(argument(call, index));
  if (Number.isNaN(value)) throw new FunctionError(`${call.name}: ${argument(call, index)} is not a number`);
  return value;
}

function digitSum(text: string): string {
  let sum = 0;
  for (const c of text) if (c >= '0' && c <= '9') sum += Number(c);
  return String(sum);
}

/** The widest range that RAND takes without arguments: a C `RAND_MAX`. */
const RAND_MAX = 2_147_483_647;

function random(call: FunctionCall): string {
  const low = Number.parseInt(argument(call, 0), 10) || 0;
  const high = argument(call, 1) === '' ? RAND_MAX : Number.parseInt(argument(call, 1), 10) || 0;
  const [from, to] = low <= high ? [low, high] : [high, low];
  return String(from + Math.floor(Math.random() * (to - from + 1)));
}

/** Functions of func_math and func_rand. */
export const mathFunctions: readonly FunctionDefinition[] = [
  {
    name: 'MATH',
    module: 'func_math',
    summary: 'Computes one operation on two numbers.',
    arguments: [{ name: 'expression', required: true }, { name: 'type' }],
    read: math,
  },
  {
    name: 'INC',
    module: 'func_math',
    summary: 'Adds one to a variable and gives the result.',
    arguments: [{ name: 'variable', required: true }],
    read: (call) => step(call, 1),
  },
  {
    name: 'DEC',
    module: 'func_math',
    summary: 'Takes one off a variable and gives the result.',
    arguments: [{ name: 'variable', required: true }],
    read: (call) => step(call, -1),
  },
  {
    name: 'ABS',
    module: 'func_math',
    summary: 'Gives a number without its sign.',
    arguments: [{ name: 'num' }],
    read: (call) => plain(Math.abs(numberOf(call, 0))),
  },
  {
    name: 'MIN',
    module: 'func_math',
    summary: 'Gives the smaller of two numbers.',
    arguments: [{ name: 'num1' }, { name: 'num2' }],
    read: (call) => plain(Math.min(numberOf(call, 0), numberOf(call, 1))),
  },
  {
    name: 'MAX',
    module: 'func_math',
    summary: 'Gives the larger of two numbers.',
    arguments: [{ name: 'num1' }, { name: 'num2' }],
    read: (call) => plain(Math.max(numberOf(call, 0), numberOf(call, 1))),
  },
  {
    name: 'DIGIT_SUM',
    module: 'func_math',
    summary: 'Adds up the digits of a number.',
    arguments: [{ name: 'num' }],
    read: (call) => digitSum(argument(call, 0)),
  },
  {
    name: 'RAND',
    module: 'func_rand',
    summary: 'Chooses a whole number between two bounds, both included.',
    arguments: [{ name: 'min' }, { name: 'max' }],
    read: random,
  },
];
