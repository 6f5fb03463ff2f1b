import { secondsToMs } from './call.ts';
import type { ApplicationCall, ApplicationDefinition, DigitWait, Outcome } from './definition.ts';

/** How long digits are waited for when nothing else was set, in milliseconds. */
const DEFAULT_RESPONSE_MS = 10_000;
const DEFAULT_DIGIT_MS = 5000;
/** Most digits that Read() collects. */
const MAX_READ_DIGITS = 255;
/** A wait that only a digit or the end of the call ends: the longest a timer can be set for. */
const FOREVER_MS = 2_147_483_000;

function files(text: string | undefined): string[] {
  return (text ?? '').split('&').filter((each) => each !== '');
}

interface Played {
  readonly failed: boolean;
  /** What ended the sound early. */
  readonly by: DigitWait | 'finished';
}

/** Plays one sound to its end, to the channel's interruption, or (when `digits` is set) to the next digit. */
async function playOne(call: ApplicationCall, name: string, digits: boolean): Promise<Played> {
  const { channel, services } = call;
  const { media } = services;
  if (media === undefined || !media.hasSound(name, channel.language)) {
    services.log.warning(`File ${name} does not exist in any format`);
    return { failed: true, by: 'finished' };
  }
  const sound = media.play(channel, name, channel.language);
  let broken = false;
  const finished = sound.finished.then((how) => {
    broken = how === 'failed';
  });
  try {
    if (!digits) {
      const wake = await channel.during(finished);
      return { failed: broken, by: wake === 'elapsed' ? 'finished' : wake };
    }
    const by = await Promise.race([
      finished.then(() => 'finished' as const),
      services.waitDigit(channel, FOREVER_MS),
    ]);
    return { failed: broken, by };
  } finally {
    sound.stop();
    if (digits) services.cancelDigitWait(channel);
  }
}

async function playback(call: ApplicationCall): Promise<Outcome> {
  const { channel, services } = call;
  const names = files(call.args[0]);
  if (names.length === 0) {
    services.log.warning('Playback needs a file');
    return 'hangup';
  }
  const options = (call.args[1] ?? '').toLowerCase().split(/[\s,]+/);
  if (channel.state !== 'Up') {
    if (options.includes('skip')) {
      channel.setVariable('PLAYBACKSTATUS', 'SUCCESS');
      return 'next';
    }
    if (!options.includes('noanswer')) await channel.answer();
  }
  let failed = false;
  let by: Played['by'] = 'finished';
  for (const name of names) {
    const played = await playOne(call, name, false);
    failed ||= played.failed;
    by = played.by;
    if (by !== 'finished') break;
  }
  channel.setVariable('PLAYBACKSTATUS', failed ? 'FAILED' : 'SUCCESS');
  return by === 'hangup' ? 'hangup' : 'next';
}

async function echo(call: ApplicationCall): Promise<Outcome> {
  const { channel, services } = call;
  if (services.media === undefined) {
    services.log.warning('Echo: there is no media');
    return 'next';
  }
  const stop = services.media.echo(channel);
  try {
    for (;;) {
      const got = await services.waitDigit(channel, FOREVER_MS);
      if (got === 'hangup') return 'hangup';
      if (got === 'goto') return 'next';
      if (got !== 'elapsed' && got.digit === '#') return 'next';
    }
  } finally {
    stop();
    services.cancelDigitWait(channel);
  }
}

/** Collects digits until they are an extension that cannot become another, then goes there. */
async function goByDigits(call: ApplicationCall, context: string, first: string): Promise<Outcome> {
  const { channel, services } = call;
  const digitMs = services.thread(channel).digitTimeoutMs || DEFAULT_DIGIT_MS;
  let dialled = first;
  while (services.couldContinue(context, dialled, channel.caller.number)) {
    const got = await services.waitDigit(channel, digitMs);
    if (got === 'hangup') return 'hangup';
    if (got === 'goto') return 'next';
    if (got === 'elapsed') break;
    dialled += got.digit;
  }
  if (services.exists(context, dialled, 1, channel.caller.number))
    return { context, exten: dialled, priority: 1 };
  if (services.exists(context, 'i', 1, channel.caller.number)) {
    channel.setVariable('INVALID_EXTEN', dialled);
    return { context, exten: 'i', priority: 1 };
  }
  services.log.warning(`${channel.name} dialled ${dialled}, which ${context} does not have`);
  return 'hangup';
}

async function waitExten(call: ApplicationCall): Promise<Outcome> {
  const { channel, services } = call;
  const given = secondsToMs(call.args[0] ?? '');
  const ms = given || services.thread(channel).responseTimeoutMs || DEFAULT_RESPONSE_MS;
  const got = await services.waitDigit(channel, ms);
  if (got === 'hangup') return 'hangup';
  if (got === 'goto') return 'next';
  if (got !== 'elapsed') return goByDigits(call, channel.context, got.digit);
  if (services.exists(channel.context, 't', 1, channel.caller.number))
    return { context: channel.context, exten: 't', priority: 1 };
  return 'next';
}

async function background(call: ApplicationCall): Promise<Outcome> {
  const { channel, services } = call;
  const names = files(call.args[0]);
  if (names.length === 0) {
    services.log.warning('BackGround needs a file');
    return 'hangup';
  }
  const options = call.args[1] ?? '';
  const context = call.args[3] || channel.context;
  if (channel.state !== 'Up') {
    if (options.includes('s')) {
      channel.setVariable('BACKGROUNDSTATUS', 'SUCCESS');
      return 'next';
    }
    if (!options.includes('n')) await channel.answer();
  }
  let failed = false;
  for (const name of names) {
    const played = await playOne(call, name, true);
    failed ||= played.failed;
    if (played.by === 'finished' || played.by === 'elapsed') continue;
    channel.setVariable('BACKGROUNDSTATUS', failed ? 'FAILED' : 'SUCCESS');
    if (played.by === 'hangup') return 'hangup';
    if (played.by === 'goto') return 'next';
    return goByDigits(call, context, played.by.digit);
  }
  channel.setVariable('BACKGROUNDSTATUS', failed ? 'FAILED' : 'SUCCESS');
  return 'next';
}

async function read(call: ApplicationCall): Promise<Outcome> {
  const { channel, services } = call;
  const [variable = '', prompt = '', maxText = '', options = '', attemptsText = '', timeoutText = ''] =
    call.args;
  if (variable === '') {
    services.log.warning('Read needs a variable');
    channel.setVariable('READSTATUS', 'ERROR');
    return 'next';
  }
  const max = Math.min(Number.parseInt(maxText, 10) || MAX_READ_DIGITS, MAX_READ_DIGITS);
  const attempts = Math.max(Number.parseInt(attemptsText, 10) || 1, 1);
  const given = secondsToMs(timeoutText);
  const thread = services.thread(channel);
  if (channel.state !== 'Up') {
    if (options.includes('s')) {
      channel.setVariable('READSTATUS', 'SKIPPED');
      return 'next';
    }
    if (!options.includes('n')) await channel.answer();
  }
  const finish = (digits: string, status: string, outcome: Outcome): Outcome => {
    channel.setVariable(variable, digits);
    channel.setVariable('READSTATUS', status);
    return outcome;
  };
  for (let attempt = 0; attempt < attempts; attempt++) {
    let digits = '';
    let wait: DigitWait = 'elapsed';
    for (const name of files(prompt)) {
      const played = await playOne(call, name, true);
      if (played.by === 'finished') continue;
      wait = played.by;
      break;
    }
    if (wait === 'elapsed')
      wait = await services.waitDigit(channel, given || thread.responseTimeoutMs || DEFAULT_RESPONSE_MS);
    for (;;) {
      if (wait === 'hangup') return finish(digits, 'HANGUP', 'hangup');
      if (wait === 'goto') return finish(digits, 'INTERRUPTED', 'next');
      if (wait === 'elapsed') break;
      if (wait.digit === '#' && !options.includes('e')) return finish(digits, 'OK', 'next');
      digits += wait.digit;
      if (digits.length >= max) return finish(digits, 'OK', 'next');
      wait = await services.waitDigit(channel, given || thread.digitTimeoutMs || DEFAULT_DIGIT_MS);
    }
    if (digits !== '') return finish(digits, 'OK', 'next');
  }
  return finish('', 'TIMEOUT', 'next');
}

async function waitDigit(call: ApplicationCall): Promise<Outcome> {
  const { channel, services } = call;
  const accepted = call.args[1] ?? '';
  const seconds = call.args[0] ?? '';
  const ms = seconds === '' ? FOREVER_MS : secondsToMs(seconds);
  const finish = (status: string, outcome: Outcome): Outcome => {
    channel.setVariable('WAITDIGITSTATUS', status);
    return outcome;
  };
  if (ms === undefined) return finish('ERROR', 'next');
  const deadline = services.clock.monotonic() + ms;
  for (;;) {
    const got = await services.waitDigit(channel, Math.max(0, deadline - services.clock.monotonic()));
    if (got === 'hangup') return finish('HANGUP', 'hangup');
    if (got === 'goto') return finish('INTERRUPTED', 'next');
    if (got === 'elapsed') return finish('TIMEOUT', 'next');
    if (accepted !== '' && !accepted.includes(got.digit)) continue;
    channel.setVariable('WAITDIGITRESULT', got.digit);
    return finish('DTMF', 'next');
  }
}

/** Applications that play audio or take digits. */
export const mediaApplications: readonly ApplicationDefinition[] = [
  {
    name: 'Echo',
    module: 'app_echo',
    since: '0.1.2',
    summary: 'Send the caller their own audio back.',
    description: 'Ends when the caller presses #.',
    arguments: [],
    capability: 'call',
    run: echo,
  },
  {
    name: 'Playback',
    module: 'app_playback',
    since: '0.1.0',
    summary: 'Play one or more sound files.',
    description: 'Answers a call that is not answered yet, unless an option says otherwise.',
    arguments: [{ name: 'filenames', required: true, separator: '&' }, { name: 'options' }],
    options: [
      { name: 'skip', summary: 'Play nothing to a call that is not answered.' },
      { name: 'noanswer', summary: 'Play without answering.' },
    ],
    variables: ['PLAYBACKSTATUS'],
    capability: 'call',
    run: playback,
  },
  {
    name: 'BackGround',
    module: 'core',
    since: '13.8.0',
    summary: 'Play sound files while waiting for the digits of an extension.',
    arguments: [
      { name: 'filenames', required: true, separator: '&' },
      { name: 'options' },
      { name: 'langoverride' },
      { name: 'context' },
    ],
    options: [
      { name: 's', summary: 'Play nothing to a call that is not answered.' },
      { name: 'n', summary: 'Play without answering.' },
    ],
    variables: ['BACKGROUNDSTATUS'],
    capability: 'call',
    run: background,
  },
  {
    name: 'WaitExten',
    module: 'core',
    since: '13.8.0',
    summary: 'Wait for the digits of an extension and go there.',
    arguments: [{ name: 'seconds' }, { name: 'options' }],
    capability: 'call',
    run: waitExten,
  },
  {
    name: 'WaitDigit',
    module: 'core',
    since: '15.0.0',
    summary: 'Wait for one digit.',
    arguments: [{ name: 'seconds' }, { name: 'digits' }],
    variables: ['WAITDIGITRESULT', 'WAITDIGITSTATUS'],
    capability: 'call',
    run: waitDigit,
  },
  {
    name: 'Read',
    module: 'app_read',
    since: '1.6.1.0',
    summary: 'Read digits into a variable.',
    arguments: [
      { name: 'variable', required: true },
      { name: 'filenames', separator: '&' },
      { name: 'maxdigits' },
      { name: 'options' },
      { name: 'attempts' },
      { name: 'timeout' },
    ],
    options: [
      { name: 's', summary: 'Do nothing on a call that is not answered.' },
      { name: 'n', summary: 'Read without answering.' },
      { name: 'e', summary: 'Take # as a digit.' },
    ],
    variables: ['READSTATUS'],
    capability: 'call',
    run: read,
  },
];
