import type { ParameterSpec } from '../operation.ts';

/** A part of the path. */
export function inPath<const Name extends string>(name: Name) {
  return { name, in: 'path', type: 'string', required: true } as const;
}

/** What is played to a channel or a bridge, and how. */
export const playParameters = [
  { name: 'media', in: 'query', type: 'string', required: true, multiple: true },
  { name: 'lang', in: 'query', type: 'string' },
  { name: 'offsetms', in: 'query', type: 'int' },
  { name: 'skipms', in: 'query', type: 'int', default: 3000 },
] as const satisfies readonly ParameterSpec[];

/** What a recording is called. */
export const recordParameters = [
  { name: 'name', in: 'query', type: 'string', required: true },
  { name: 'format', in: 'query', type: 'string', required: true },
] as const satisfies readonly ParameterSpec[];

/** When a recording ends, and what happens to one that is there. */
export const recordEndParameters = [
  { name: 'maxDurationSeconds', in: 'query', type: 'int', default: 0, min: 0 },
  { name: 'maxSilenceSeconds', in: 'query', type: 'int', default: 0, min: 0 },
  {
    name: 'ifExists',
    in: 'query',
    type: 'string',
    default: 'fail',
    values: ['fail', 'overwrite', 'append'],
  },
  { name: 'beep', in: 'query', type: 'boolean', default: false },
  {
    name: 'terminateOn',
    in: 'query',
    type: 'string',
    default: 'none',
    values: ['none', 'any', '*', '#'],
  },
] as const satisfies readonly ParameterSpec[];

/** A variable that is set. */
export const setVariableParameters = [
  { name: 'variable', in: 'query', type: 'string', required: true },
  { name: 'value', in: 'query', type: 'string' },
  { name: 'report_events', in: 'query', type: 'boolean', default: false },
] as const satisfies readonly ParameterSpec[];

/** What is listened to, and whispered to, and by whom. */
export const snoopParameters = [
  { name: 'spy', in: 'query', type: 'string', default: 'none', values: ['none', 'both', 'out', 'in'] },
  {
    name: 'whisper',
    in: 'query',
    type: 'string',
    default: 'none',
    values: ['none', 'both', 'out', 'in'],
  },
  { name: 'app', in: 'query', type: 'string', required: true },
  { name: 'appArgs', in: 'query', type: 'string' },
] as const satisfies readonly ParameterSpec[];

/** Whom a new channel calls, and what happens when it is answered. */
export const callParameters = [
  { name: 'endpoint', in: 'query', type: 'string', required: true },
  { name: 'extension', in: 'query', type: 'string' },
  { name: 'context', in: 'query', type: 'string' },
  { name: 'priority', in: 'query', type: 'long' },
  { name: 'label', in: 'query', type: 'string' },
  { name: 'app', in: 'query', type: 'string' },
  { name: 'appArgs', in: 'query', type: 'string' },
  { name: 'callerId', in: 'query', type: 'string' },
  { name: 'timeout', in: 'query', type: 'int', default: 30 },
  { name: 'variables', in: 'body', type: 'containers' },
] as const satisfies readonly ParameterSpec[];

/** What a new channel is besides. */
export const besidesParameters = [
  { name: 'otherChannelId', in: 'query', type: 'string' },
  { name: 'originator', in: 'query', type: 'string' },
  { name: 'formats', in: 'query', type: 'string' },
] as const satisfies readonly ParameterSpec[];
