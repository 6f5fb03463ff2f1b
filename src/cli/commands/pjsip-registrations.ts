import type { RegistrationsPort } from '../../pjsip/index.ts';
import type { SorceryObject } from '../../sorcery/index.ts';
import { type CliCommand, type CliContext, CommandFailed } from '../command.ts';

const MODULE = 'res_pjsip_outbound_registration';
/** What stands for every registration. */
const ALL = '*all';

/** One line of `pjsip show registrations`: where it registers, with which auth, and how that stands. */
export function registrationLine(object: SorceryObject, { pjsip }: CliContext): string {
  const { status, dueIn } = pjsip?.registrations.state(object.id) ?? {
    status: 'Unregistered',
    dueIn: undefined,
  };
  const name = `${object.id}/${object.get('server_uri')}`;
  const auth = object.get('outbound_auth') || 'n/a';
  return ` ${name.padEnd(54)}  ${auth.padEnd(26)}  ${status.padEnd(16)} ${dueText(dueIn)}`;
}

/** ` (exp. 110s)`, ` (exp. 4s ago)`, and a bare 0 where nothing is planned. */
function dueText(seconds: number | undefined): string {
  if (seconds === undefined) return '0';
  return seconds < 0 ? ` (exp. ${-seconds}s ago)` : ` (exp. ${seconds}s)`;
}

function* names({ sorcery }: CliContext): Iterable<string> {
  yield ALL;
  for (const object of sorcery.all('registration')) yield object.id;
}

/** A command that tells one registration something, or all of them. */
function telling(entry: {
  readonly verb: 'register' | 'unregister';
  readonly summary: string;
  readonly usage: string;
  /** What is printed when all were told. */
  readonly queued: string;
  readonly all: (registrations: RegistrationsPort) => void;
}): CliCommand {
  return {
    words: `pjsip send ${entry.verb}`,
    args: `<registration> | ${ALL}`,
    needs: 1,
    takes: 1,
    summary: entry.summary,
    usage: entry.usage,
    module: MODULE,
    complete: names,
    run: ({ pjsip }, [id = '']) => {
      const registrations = pjsip?.registrations;
      if (registrations !== undefined && id === ALL) {
        entry.all(registrations);
        return entry.queued;
      }
      if (registrations?.[entry.verb](id) !== true)
        throw new CommandFailed(`Unable to retrieve registration ${id}`);
      return '';
    },
  };
}

export const pjsipRegistrationCommands: readonly CliCommand[] = [
  telling({
    verb: 'register',
    summary: 'Registers an outbound registration target',
    usage: 'Takes back what is registered, of one registration or of all, and registers again.',
    queued: 'Re-register all queued\n',
    all: (registrations) => registrations.registerAll(),
  }),
  telling({
    verb: 'unregister',
    summary: 'Unregisters outbound registration target',
    usage: 'Takes back what is registered, of one registration or of all, and attempts nothing more.',
    queued: 'Unregister all queued\n',
    all: (registrations) => registrations.unregisterAll(),
  }),
];
