import { type ConfEdit, ConfEditError } from '../../conf/index.ts';
import type { ActionCall } from '../action.ts';
import { selection } from './config-filter.ts';

/** An `Action-…` that there is not, or one without a category. */
export class UnknownEdit extends Error {}

/** The headers of one edit: `Var-000003` is `var`. */
type Fields = (name: string) => string;

/** `Action-000003`, any number of digits. */
const NUMBERED = /^([a-z]+)-(\d+)$/;

/**
 * The edits of a request, in order of their numbers, each looked at when its turn comes. The original wants six digits and stops at the first number that is
 * missing, and answers Success to everything behind it; here nothing that was sent is passed over.
 * @throws {UnknownEdit | ConfEditError}
 */
export function* editsOf(call: ActionCall): Iterable<ConfEdit> {
  const groups = new Map<string, Map<string, string>>();
  for (const [header, value] of call.packet) {
    const [, name, digits] = NUMBERED.exec(header.toLowerCase()) ?? [];
    if (name === undefined || digits === undefined) continue;
    const number = digits.replace(/^0+(?=\d)/, '');
    let group = groups.get(number);
    if (group === undefined) {
      group = new Map();
      groups.set(number, group);
    }
    // Two edits under one number, as `Action-1` and `Action-01` would be, cannot be told apart.
    if (name === 'action' && group.has(name)) throw new UnknownEdit(`Action-${digits} is there twice`);
    if (!group.has(name)) group.set(name, value);
  }
  const numbers = [...groups.keys()].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  for (const number of numbers) {
    const group = groups.get(number);
    if (group?.has('action')) yield edit((name) => group.get(name) ?? '', call);
  }
}

function edit(field: Fields, call: ActionCall): ConfEdit {
  const category = field('cat');
  const kind = field('action').toLowerCase();
  if (category === '') throw new UnknownEdit('Category not specified');
  const options = optionsOf(field('options'));
  const filter =
    options.filter === undefined ? undefined : selection(options.filter, call.ports.compilePattern);
  const target = { category, filter };
  const match = field('match') === '' ? undefined : field('match');
  switch (kind) {
    case 'newcat': {
      const { isTemplate, inherit, allowDuplicates } = options;
      return { kind, category, isTemplate, inherit, allowDuplicates, before: match };
    }
    case 'renamecat':
      return { kind, ...target, to: needed(field, 'value') };
    case 'delcat':
    case 'emptycat':
      return { kind, ...target };
    case 'update':
      return { kind, ...target, match, ...variable(field) };
    case 'append':
      return { kind, ...target, ...variable(field) };
    case 'insert':
      return { kind, ...target, ...variable(field), line: lineNumber(needed(field, 'line')) };
    case 'delete': {
      const [name, line] = [field('var'), field('line')];
      if (name === '' && line === '') throw unspecified('var');
      return {
        kind,
        ...target,
        match,
        name: name === '' ? undefined : name,
        line: line === '' ? undefined : lineNumber(line),
      };
    }
    default:
      throw new UnknownEdit('Unknown action command');
  }
}

/** A value that begins with `>` is written with `=>`. */
function variable(field: Fields): { name: string; value: string; isObject: boolean } {
  const value = field('value');
  const isObject = value.startsWith('>');
  return { name: needed(field, 'var'), value: (isObject ? value.slice(1) : value).trim(), isObject };
}

function needed(field: Fields, name: string): string {
  const value = field(name);
  if (value === '') throw unspecified(name);
  return value;
}

function unspecified(name: string): ConfEditError {
  return new ConfEditError('unwritable', `${name} is not given`);
}

function lineNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new ConfEditError('unwritable', `'${text}' is no number of a line`);
  return Number(text);
}

interface Options {
  readonly isTemplate: boolean;
  readonly allowDuplicates: boolean;
  readonly inherit: readonly string[];
  readonly filter: string | undefined;
}

/** `template,inherit="a,b",catfilter="TEMPLATES=include"`: commas inside of quotes belong to the value. */
function optionsOf(text: string): Options {
  const given = new Map<string, string>();
  for (const option of atCommas(text)) {
    const equals = option.indexOf('=');
    const name = (equals < 0 ? option : option.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? '' : option.slice(equals + 1).trim();
    given.set(
      name,
      value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value,
    );
  }
  const inherit = (given.get('inherit') ?? '').split(',').map((each) => each.trim());
  return {
    isTemplate: given.has('template'),
    allowDuplicates: given.has('allowdups'),
    inherit: inherit.filter((each) => each !== ''),
    filter: given.get('catfilter'),
  };
}

function atCommas(text: string): string[] {
  const parts: string[] = [];
  let [from, quoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === ',' && !quoted) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
