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

/** The registration of this name is told something, or all are. @throws {CommandFailed} when there is none */
function tell(
  { pjsip }: CliContext,
  id: string,
  all: (registrations: RegistrationsPort) => string,
  one: (registrations: RegistrationsPort) => boolean,
): string {
  const registrations = pjsip?.registrations;
  if (registrations !== undefined && id === ALL) return all(registrations);
  if (registrations === undefined || !one(registrations))
    throw new CommandFailed(`Unable to retrieve registration ${id}`);
  return '';
}

export const pjsipRegistrationCommands: readonly CliCommand[] = [
  {
    words: 'pjsip send register',
    args: `<registration> | ${ALL}`,
    needs: 1,
    takes: 1,
    summary: 'Registers an outbound registration target',
    usage: 'Takes back what is registered, of one registration or of all, and registers again.',
    module: MODULE,
    complete: names,
    run: (context, [id = '']) =>
      tell(
        context,
        id,
        (registrations) => {
          registrations.registerAll();
          return 'Re-register all queued\n';
        },
        (registrations) => registrations.register(id),
      ),
  },
  {
    words: 'pjsip send unregister',
    args: `<registration> | ${ALL}`,
    needs: 1,
    takes: 1,
    summary: 'Unregisters outbound registration target',
    usage: 'Takes back what is registered, of one registration or of all, and attempts nothing more.',
    module: MODULE,
    complete: names,
    run: (context, [id = '']) =>
      tell(
        context,
        id,
        (registrations) => {
          registrations.unregisterAll();
          return 'Unregister all queued\n';
        },
        (registrations) => registrations.unregister(id),
      ),
  },
];
