import type { Scope } from '../run/plan.ts';
import { evaluateExpression } from './expression.ts';

/** How deep `${…}` and `$[…]` may stand in each other. */
const MAX_DEPTH = 32;
/** Longest text that comes out; what is beyond is cut off. */
const MAX_RESULT = 64 * 1024;

/** Replaces `${name}`, `${name:offset:length}`, `${FUNCTION(args)}` and `$[expression]`, from the inside outwards. */
export function substitute(text: string, scope: Scope): string {
  const result = replace(text, scope, 0);
  if (result.length <= MAX_RESULT) return result;
  scope.warn(`A text was cut after ${MAX_RESULT} characters`);
  return result.slice(0, MAX_RESULT);
}

function replace(text: string, scope: Scope, depth: number): string {
  let at = text.indexOf('$');
  if (at < 0) return text;
  if (depth > MAX_DEPTH) {
    scope.warn(`Substitutions nest deeper than ${MAX_DEPTH}`);
    return '';
  }
  let result = text.slice(0, at);
  while (at < text.length && result.length <= MAX_RESULT) {
    const opener = text[at + 1];
    if (opener !== '{' && opener !== '[') {
      const next = text.indexOf('$', at + 1);
      result += text.slice(at, next < 0 ? text.length : next);
      at = next < 0 ? text.length : next;
      continue;
    }
    const closer = opener === '{' ? '}' : ']';
    let end = findEnd(text, at + 2, closer);
    if (end < 0) {
      scope.warn(`A '${closer}' is missing`);
      end = text.length;
    }
    const inner = replace(text.slice(at + 2, end), scope, depth + 1);
    result += opener === '{' ? valueBetween(inner, scope) : evaluateExpression(inner, scope);
    const next = text.indexOf('$', end + 1);
    result += text.slice(end + 1, next < 0 ? text.length : next);
    at = next < 0 ? text.length : next;
  }
  return result;
}

/**
 * Where the bracket that opened before `start` closes. Braces count only behind a dollar sign, since a value may hold
 * one; square brackets always, since an expression may hold a set of a regular expression.
 */
function findEnd(text: string, start: number, closer: string): number {
  const open: string[] = [closer];
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    const next = char === '$' ? text[at + 1] : undefined;
    if (next === '{' || next === '[') {
      open.push(next === '{' ? '}' : ']');
      at++;
    } else if (char === '[' && open[open.length - 1] === ']') open.push(']');
    else if (char === open[open.length - 1]) {
      open.pop();
      if (open.length === 0) return at;
    }
  }
  return -1;
}

/** What stands between the braces, its own substitutions made. */
function valueBetween(text: string, scope: Scope): string {
  const { name, slice } = splitSlice(text);
  const open = name.indexOf('(');
  let value: string;
  if (open >= 0) {
    const close = name.lastIndexOf(')');
    if (close < open) scope.warn(`A ')' is missing in '${name}'`);
    value = scope.callFunction(name.slice(0, open), name.slice(open + 1, close < open ? undefined : close));
  } else value = scope.variable(name) ?? '';
  return slice === undefined ? value : cut(value, slice);
}

/** At the first colon outside of parentheses. */
function splitSlice(text: string): { name: string; slice: string | undefined } {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '(') depth++;
    else if (char === ')' && depth > 0) depth--;
    else if (char === ':' && depth === 0) return { name: text.slice(0, at), slice: text.slice(at + 1) };
  }
  return { name: text, slice: undefined };
}

const SLICE = /^\s*([+-]?\d{1,18})(?::\s*([+-]?\d{1,18}))?/;

/** `offset[:length]`; both may count from the end. What is no number leaves the value whole. */
function cut(value: string, slice: string): string {
  const match = SLICE.exec(slice);
  if (match === null) return value;
  const offset = Number(match[1]);
  const start = offset < 0 ? Math.max(value.length + offset, 0) : offset;
  if (match[2] === undefined) return value.slice(start);
  const length = Number(match[2]);
  return value.slice(start, length < 0 ? Math.max(value.length + length, start) : start + length);
}
