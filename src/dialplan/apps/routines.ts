import type { Channel, Switch } from '../../switch/index.ts';
import type { ChannelThread, GosubFrame } from '../functions/definition.ts';
import { splitChoice } from '../functions/logic.ts';
import { type ApplicationCall, type ApplicationDefinition, isTrue, type Outcome } from './definition.ts';

/** Deepest nesting of Gosub(): a routine that calls itself without end must not take the memory. */
const MAX_GOSUB_DEPTH = 256;

/** Gives the running routine a variable of its own; what it hid comes back with Return(). */
export function setLocal(
  events: Switch['events'],
  channel: Channel,
  thread: ChannelThread,
  name: string,
  value: string,
): void {
  const frame = thread.gosubs.at(-1);
  if (frame !== undefined && !frame.locals.has(name)) frame.locals.set(name, channel.getVariable(name));
  channel.variables.set(name, value);
  // Clients are told how it was set, not only that it was.
  events.emit('variable', channel, `LOCAL(${name})`, value);
}

function leave(channel: Channel, frame: GosubFrame): void {
  for (const [name, before] of [...frame.locals].reverse()) {
    if ((channel.getVariable(name) ?? '') !== (before ?? '')) channel.setVariable(name, before);
    else if (before === undefined) channel.variables.delete(name);
  }
}

/** Arguments of a routine at their commas; quotes stay, as the routine gets its arguments verbatim. */
function splitVerbatim(text: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '"') quoted = !quoted;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && !quoted && depth <= 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function enter(call: ApplicationCall, target: string): Outcome {
  const { channel, services } = call;
  const open = target.indexOf('(');
  const place = open < 0 ? target : target.slice(0, open);
  const close = target.lastIndexOf(')');
  const args = open < 0 ? [] : splitVerbatim(target.slice(open + 1, close > open ? close : undefined));
  const location = services.resolve(channel, place.trim());
  if (location === undefined) return 'hangup';
  if (!services.exists(location.context, location.exten, location.priority, channel.caller.number)) {
    services.log.error(`Gosub: ${location.context},${location.exten},${location.priority} does not exist`);
    return 'hangup';
  }
  const thread = services.thread(channel);
  if (thread.gosubs.length >= MAX_GOSUB_DEPTH) {
    services.log.error(`Gosub is nested more than ${MAX_GOSUB_DEPTH} times on ${channel.name}`);
    return 'hangup';
  }
  thread.gosubs.push({
    context: channel.context,
    exten: channel.exten,
    priority: channel.priority + 1,
    locals: new Map(),
  });
  const { events } = services.switch;
  for (const [i, value] of args.entries()) setLocal(events, channel, thread, `ARG${i + 1}`, value);
  setLocal(events, channel, thread, 'ARGC', String(args.length));
  return location;
}

function gosub(call: ApplicationCall): Outcome {
  if (call.data !== '') return enter(call, call.data);
  call.services.log.error('Gosub needs a place to go to');
  return 'hangup';
}

function gosubIf(call: ApplicationCall): Outcome {
  const chosen = splitChoice(call.data);
  if (chosen === undefined) {
    call.services.log.warning('GosubIf needs condition?place:place');
    return 'next';
  }
  const target = (isTrue(chosen.condition) ? chosen.yes : chosen.no).trim();
  return target === '' ? 'next' : enter(call, target);
}

function giveBack(call: ApplicationCall): Outcome {
  const frame = call.services.thread(call.channel).gosubs.pop();
  if (frame === undefined) {
    call.services.log.error('Return without Gosub: there is nowhere to return to');
    return 'hangup';
  }
  leave(call.channel, frame);
  call.channel.setVariable('GOSUB_RETVAL', call.data);
  return { context: frame.context, exten: frame.exten, priority: frame.priority };
}

function stackPop(call: ApplicationCall): Outcome {
  const frame = call.services.thread(call.channel).gosubs.pop();
  if (frame === undefined) call.services.log.error('StackPop without Gosub');
  else leave(call.channel, frame);
  return 'next';
}

const place = [
  { name: 'context' },
  { name: 'extension' },
  { name: 'priority', required: true, summary: 'A number or a label; arguments follow in parentheses.' },
] as const;

/** Applications of app_stack: routines with arguments and variables of their own. */
export const routineApplications: readonly ApplicationDefinition[] = [
  {
    name: 'Gosub',
    module: 'app_stack',
    since: '1.2.0',
    summary: 'Run a routine of the dial plan and come back.',
    arguments: place,
    capability: 'call',
    run: gosub,
  },
  {
    name: 'GosubIf',
    module: 'app_stack',
    since: '1.2.0',
    summary: 'Run one of two routines, as a condition holds or not.',
    separator: '?',
    arguments: [
      { name: 'condition', required: true },
      { name: 'destination', required: true, separator: ':' },
    ],
    capability: 'call',
    run: gosubIf,
  },
  {
    name: 'Return',
    module: 'app_stack',
    since: '1.2.0',
    summary: 'Come back from a routine.',
    arguments: [{ name: 'value', summary: 'Left in GOSUB_RETVAL.' }],
    variables: ['GOSUB_RETVAL'],
    capability: 'call',
    run: giveBack,
  },
  {
    name: 'StackPop',
    module: 'app_stack',
    since: '1.2.0',
    summary: 'Forget where the routine would come back to.',
    arguments: [],
    capability: 'call',
    run: stackPop,
  },
];
