import { type Level, levels } from '../../log/index.ts';
import { MessageError } from '../../switch/index.ts';
import type { ApplicationCall, ApplicationDefinition, Outcome } from './definition.ts';

/** Verbosity of Verbose() without a level, and the highest there is. */
const DEFAULT_VERBOSITY = 0;
const MAX_VERBOSITY = 10;

function verbose(call: ApplicationCall): Outcome {
  if (call.data === '') return 'next';
  const comma = call.data.indexOf(',');
  const level = comma < 0 ? Number.NaN : Number(call.data.slice(0, comma).trim());
  const levelled = Number.isInteger(level) && level >= 0;
  if (levelled && level > MAX_VERBOSITY) {
    call.services.log.warning(`Verbose goes up to level ${MAX_VERBOSITY}, not ${level}`);
    return 'next';
  }
  const message = levelled ? call.data.slice(comma + 1) : call.data;
  call.services.log
    .child('app_verbose')
    .verbose(message, { verbosity: levelled ? level : DEFAULT_VERBOSITY });
  return 'next';
}

function write(call: ApplicationCall): Outcome {
  const comma = call.data.indexOf(',');
  const name = (comma < 0 ? call.data : call.data.slice(0, comma)).trim().toLowerCase();
  const level = levels.find((each): each is Level => each === name);
  if (level === undefined || level === 'security' || level === 'trace') {
    call.services.log.error(`Log does not know the level '${name}'`);
    return 'next';
  }
  const place = `${call.channel.exten}@${call.channel.context}:${call.channel.priority}`;
  call.services.log.child(`Ext. ${call.channel.exten}`).log(level, call.data.slice(comma + 1), { place });
  return 'next';
}

function userEvent(call: ApplicationCall): Outcome {
  const [name = '', ...body] = call.args;
  if (name === '') {
    call.services.log.warning('UserEvent needs a name');
    return 'hangup';
  }
  const headers: [string, string][] = [];
  for (const header of body) {
    const colon = header.indexOf(':');
    // A part without a colon would make a line that no AMI client can read.
    if (colon > 0) headers.push([header.slice(0, colon).trimStart(), header.slice(colon + 1).trim()]);
  }
  call.services.switch.events.emit('userEvent', call.channel, name, headers);
  return 'next';
}

async function sendMessage(call: ApplicationCall): Promise<Outcome> {
  const { channel, services } = call;
  const [destination = '', from = '', to = ''] = call.args;
  const message = services.thread(channel).message;
  const variables = [...(message?.outbound ?? [])].map(
    (name) => [name, message?.variables.get(name) ?? ''] as const,
  );
  const status = await services.switch.messages
    .send({ destination, to, from: from || (message?.from ?? ''), body: message?.body ?? '', variables })
    .then(
      () => 'SUCCESS',
      (error: unknown) => {
        if (!(error instanceof MessageError)) throw error;
        services.log.warning(`MessageSend: ${error.message}`);
        return error.kind === 'technology' ? 'INVALID_PROTOCOL' : 'INVALID_URI';
      },
    );
  channel.setVariable('MESSAGE_SEND_STATUS', status);
  return 'next';
}

/** Applications that tell somebody something: the log, whoever listens to events, and far ends. */
export const messageApplications: readonly ApplicationDefinition[] = [
  {
    name: 'Verbose',
    module: 'app_verbose',
    since: '1.0.0',
    summary: 'Write a message to the verbose log.',
    arguments: [{ name: 'level' }, { name: 'message', required: true }],
    capability: 'call',
    run: verbose,
  },
  {
    name: 'Log',
    module: 'app_verbose',
    since: '1.4.0',
    summary: 'Write a message to the log, at a level.',
    arguments: [
      { name: 'level', required: true, summary: 'ERROR, WARNING, NOTICE, DEBUG, VERBOSE or DTMF.' },
      { name: 'message', required: true },
    ],
    capability: 'call',
    run: write,
  },
  {
    name: 'MessageSend',
    module: 'core',
    since: '10.0.0',
    summary: 'Send the text message of the channel on.',
    arguments: [
      { name: 'destination', required: true, summary: 'As pjsip:alice.' },
      { name: 'from' },
      { name: 'to' },
    ],
    variables: ['MESSAGE_SEND_STATUS'],
    capability: 'call',
    run: sendMessage,
  },
  {
    name: 'UserEvent',
    module: 'app_userevent',
    since: '1.0.0',
    summary: 'Raise an event with headers of its own for AMI and ARI clients.',
    arguments: [
      { name: 'eventname', required: true },
      { name: 'body', summary: 'Headers as Name: value, at commas.' },
    ],
    capability: 'reporting',
    run: userEvent,
  },
];
