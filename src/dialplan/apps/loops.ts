import type { Channel, DialplanLocation } from '../../switch/index.ts';
import { type ApplicationCall, type ApplicationDefinition, isTrue, type Outcome } from './definition.ts';

/**
 * Loops are kept in channel variables, where dial plans look for them: `WHILE_n` is where loop n begins, `END_WHILE_n`
 * the line behind it, and one named after the place says which n a While() has.
 */
function loopName(channel: Channel): string {
  return `${channel.context}_${channel.exten}_${channel.priority}`;
}

function innermost(channel: Channel): number {
  let n = -1;
  while (channel.getVariable(`WHILE_${n + 1}`) !== undefined) n++;
  return n;
}

function parsePlace(text: string | undefined): DialplanLocation | undefined {
  const parts = text?.split(',');
  const priority = Number(parts?.pop());
  const exten = parts?.pop();
  if (parts === undefined || exten === undefined || !Number.isInteger(priority)) return undefined;
  return { context: parts.join(','), exten, priority };
}

/** The line behind the EndWhile() that belongs to the While() the channel is at or in. */
function behind(call: ApplicationCall): DialplanLocation | undefined {
  let depth = 0;
  for (const line of call.services.linesAfter(call.channel)) {
    const application = line.application.toLowerCase();
    if (application === 'while') depth++;
    else if (application === 'endwhile' && depth-- === 0)
      return { ...line.location, priority: line.location.priority + 1 };
  }
  return undefined;
}

function whileLoop(call: ApplicationCall): Outcome {
  const { channel } = call;
  if (call.data === '') {
    call.services.log.warning('While needs a condition');
    return 'next';
  }
  const name = loopName(channel);
  let index = channel.getVariable(name);
  if (index === undefined) {
    index = String(innermost(channel) + 1);
    channel.setVariable(name, index);
  }
  if (isTrue(call.data.trim())) {
    if (channel.getVariable(`WHILE_${index}`) === undefined)
      channel.setVariable(`WHILE_${index}`, `${channel.context},${channel.exten},${channel.priority}`);
    return 'next';
  }
  const end = parsePlace(channel.getVariable(`END_WHILE_${index}`)) ?? behind(call);
  if (channel.getVariable(`WHILE_${index}`) !== undefined) channel.setVariable(`WHILE_${index}`, undefined);
  channel.setVariable(name, undefined);
  if (channel.getVariable(`END_WHILE_${index}`) !== undefined)
    channel.setVariable(`END_WHILE_${index}`, undefined);
  if (end === undefined) call.services.log.warning('While has no EndWhile to go to');
  return end ?? 'next';
}

function endWhile(call: ApplicationCall): Outcome {
  const { channel } = call;
  const index = innermost(channel);
  const start = parsePlace(channel.getVariable(`WHILE_${index}`));
  if (start === undefined) return 'next';
  if (channel.getVariable(`END_WHILE_${index}`) === undefined)
    channel.setVariable(`END_WHILE_${index}`, `${channel.context},${channel.exten},${channel.priority + 1}`);
  return start;
}

function exitWhile(call: ApplicationCall): Outcome {
  const { channel } = call;
  const index = innermost(channel);
  const start = parsePlace(channel.getVariable(`WHILE_${index}`));
  if (start === undefined) return 'next';
  const end = parsePlace(channel.getVariable(`END_WHILE_${index}`)) ?? behind(call);
  for (const name of [
    `WHILE_${index}`,
    `${start.context}_${start.exten}_${start.priority}`,
    `END_WHILE_${index}`,
  ])
    if (channel.getVariable(name) !== undefined) channel.setVariable(name, undefined);
  if (end === undefined) call.services.log.warning('ExitWhile has no EndWhile to go to');
  return end ?? 'next';
}

function continueWhile(call: ApplicationCall): Outcome {
  return parsePlace(call.channel.getVariable(`WHILE_${innermost(call.channel)}`)) ?? 'next';
}

/** Applications of app_while. */
export const loopApplications: readonly ApplicationDefinition[] = [
  {
    name: 'While',
    module: 'app_while',
    since: '1.2.0',
    summary: 'Begin a loop that runs while a condition holds.',
    arguments: [{ name: 'expr', required: true }],
    capability: 'call',
    run: whileLoop,
  },
  {
    name: 'EndWhile',
    module: 'app_while',
    since: '1.2.0',
    summary: 'Go back to where the loop begins.',
    arguments: [],
    capability: 'call',
    run: endWhile,
  },
  {
    name: 'ExitWhile',
    module: 'app_while',
    since: '1.4.0',
    summary: 'Leave the loop.',
    arguments: [],
    capability: 'call',
    run: exitWhile,
  },
  {
    name: 'ContinueWhile',
    module: 'app_while',
    since: '1.4.0',
    summary: 'Go to the next round of the loop.',
    arguments: [],
    capability: 'call',
    run: continueWhile,
  },
];
