import { splitChoice } from '../functions/logic.ts';
import { type ApplicationCall, type ApplicationDefinition, isTrue, type Outcome } from './definition.ts';
import { matchesTime } from './time-spec.ts';

function go(call: ApplicationCall, target: string): Outcome {
  return call.services.resolve(call.channel, target) ?? 'hangup';
}

function goto(call: ApplicationCall): Outcome {
  if (call.data === '') {
    call.services.log.warning('Goto needs a place to go to');
    return 'hangup';
  }
  return go(call, call.data);
}

/** Goes to one of two places, or on where the chosen one is left out. */
function branch(call: ApplicationCall, holds: (condition: string) => boolean): Outcome {
  const choice = splitChoice(call.data);
  if (choice === undefined) {
    if (call.data === '') call.services.log.warning('GotoIf needs a condition');
    return 'next';
  }
  const target = (holds(choice.condition) ? choice.yes : choice.no).trim();
  return target === '' ? 'next' : go(call, target);
}

/** `application(data)` taken apart; undefined when it is not one. */
export function parseInvocation(text: string): { application: string; data: string } | undefined {
  const bare = text.trim();
  const open = bare.indexOf('(');
  if (open < 0) return bare === '' ? undefined : { application: bare, data: '' };
  const close = bare.lastIndexOf(')');
  const application = bare.slice(0, open).trim();
  if (application === '') return undefined;
  return { application, data: bare.slice(open + 1, close > open ? close : undefined) };
}

async function invoke(call: ApplicationCall, text: string): Promise<Outcome | 'missing'> {
  const invocation = parseInvocation(text);
  if (invocation === undefined) return 'missing';
  const running = call.services.execute(call.channel, invocation.application, invocation.data);
  if (running === undefined) {
    call.services.log.warning(`There is no application '${invocation.application}'`);
    return 'missing';
  }
  return running;
}

async function exec(call: ApplicationCall): Promise<Outcome> {
  if (call.data === '') return 'next';
  const outcome = await invoke(call, call.services.evaluate(call.channel, call.data));
  return outcome === 'missing' ? 'hangup' : outcome;
}

async function tryExec(call: ApplicationCall): Promise<Outcome> {
  if (call.data === '') return 'next';
  const outcome = await invoke(call, call.services.evaluate(call.channel, call.data));
  const status = outcome === 'missing' ? 'NOAPP' : outcome === 'hangup' ? 'FAILED' : 'SUCCESS';
  call.channel.setVariable('TRYSTATUS', status);
  return outcome === 'missing' || outcome === 'hangup' ? 'next' : outcome;
}

/** `condition?app(data):app(data)`: the colon that parts the two stands outside of parentheses and quotes. */
async function execIf(call: ApplicationCall): Promise<Outcome> {
  const question = call.data.indexOf('?');
  if (question < 0) {
    call.services.log.warning(`ExecIf(${call.data}) lacks a '?'`);
    return 'next';
  }
  let depth = 0;
  let quoted = false;
  let colon = -1;
  for (let i = question + 1; i < call.data.length && colon < 0; i++) {
    const c = call.data[i];
    if (c === '\\') i++;
    else if (c === '"') quoted = !quoted;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ':' && depth <= 0 && !quoted) colon = i;
  }
  const yes = call.data.slice(question + 1, colon < 0 ? undefined : colon);
  const no = colon < 0 ? '' : call.data.slice(colon + 1);
  const chosen = isTrue(call.data.slice(0, question).trim()) ? yes : no;
  if (chosen.trim() === '') return 'next';
  const outcome = await invoke(call, chosen);
  return outcome === 'missing' ? 'hangup' : outcome;
}

function raise(call: ApplicationCall): Outcome {
  const { channel, services } = call;
  const { context, exten, priority } = channel;
  if (!services.exists(context, 'e', 1, channel.caller.number)) {
    services.log.warning(`${channel.name} raised '${call.data}' and ${context} has no e extension`);
    return 'hangup';
  }
  services.thread(channel).exception = { reason: call.data, context, exten, priority };
  return { context, exten: 'e', priority: 1 };
}

const place = [
  { name: 'context' },
  { name: 'extension' },
  { name: 'priority', required: true, summary: 'A number, a label, or n steps on as +n.' },
] as const;

const choice = [
  { name: 'condition', required: true },
  { name: 'destination', required: true, separator: ':' },
] as const;

/** Applications that decide which line runs next. */
export const flowApplications: readonly ApplicationDefinition[] = [
  {
    name: 'Goto',
    module: 'core',
    since: '13.8.0',
    summary: 'Go on at another place of the dial plan.',
    arguments: place,
    capability: 'call',
    run: goto,
  },
  {
    name: 'GotoIf',
    module: 'core',
    since: '13.8.0',
    summary: 'Go to one of two places, as a condition holds or not.',
    separator: '?',
    arguments: choice,
    capability: 'call',
    run: (call) => branch(call, isTrue),
  },
  {
    name: 'GotoIfTime',
    module: 'core',
    since: '13.8.0',
    summary: 'Go to one of two places, as a time range holds or not.',
    separator: '?',
    arguments: choice,
    capability: 'call',
    run: (call) => branch(call, (range) => matchesTime(range, call.services.clock.now())),
  },
  {
    name: 'ExecIf',
    module: 'app_exec',
    dangerous: true,
    since: '1.2.0',
    summary: 'Run one of two applications, as a condition holds or not.',
    separator: '?',
    arguments: [
      { name: 'expression', required: true },
      { name: 'execapp', required: true, separator: ':' },
    ],
    capability: 'call',
    run: execIf,
  },
  {
    name: 'Exec',
    module: 'app_exec',
    dangerous: true,
    since: '1.0.0',
    summary: 'Run an application whose name is computed.',
    arguments: [{ name: 'appname', required: true }],
    capability: 'call',
    run: exec,
  },
  {
    name: 'TryExec',
    module: 'app_exec',
    dangerous: true,
    since: '1.4.0',
    summary: 'Run an application and go on even if it fails.',
    arguments: [{ name: 'appname', required: true }],
    variables: ['TRYSTATUS'],
    capability: 'call',
    run: tryExec,
  },
  {
    name: 'RaiseException',
    module: 'core',
    since: '13.8.0',
    summary: 'Go to the e extension with a reason.',
    arguments: [{ name: 'reason', required: true }],
    capability: 'call',
    run: raise,
  },
];
