import type { SorceryObject } from '../../sorcery/index.ts';
import { type CliCommand, type CliContext, CommandFailed } from '../command.ts';

const MODULE = 'res_pjsip';

/** The addresses of record that an endpoint names. @throws {CommandFailed} when there is no endpoint, or it names none */
function aorsOf({ sorcery }: CliContext, id: string): { endpoint: SorceryObject; aors: readonly string[] } {
  const endpoint = sorcery.get('endpoint', id);
  if (endpoint === undefined) throw new CommandFailed(`Unable to retrieve endpoint ${id}`);
  const aors = endpoint.list('aors');
  if (aors.length === 0) throw new CommandFailed(`No AORs configured for endpoint '${id}'`);
  return { endpoint, aors };
}

function* aorOptions({ sorcery }: CliContext, id: string, title: string): Iterable<string> {
  const aor = sorcery.get('aor', id);
  if (aor === undefined) throw new CommandFailed(`Unable to retrieve aor '${id}' qualify options`);
  const yesNo = (name: string) => (aor.is(name) ? 'yes' : 'no');
  yield ` * AOR '${id}'${title}\n`;
  yield `  Qualify frequency    : ${aor.get('qualify_frequency')} sec\n`;
  yield `  Qualify timeout      : ${Math.round(Number(aor.get('qualify_timeout')) * 1000)} ms\n`;
  yield `  Qualify 2xx only     : ${yesNo('qualify_2xx_only')}\n`;
  yield `  Authenticate qualify : ${yesNo('authenticate_qualify')}\n`;
}

function* endpointOptions(context: CliContext, id: string): Iterable<string> {
  for (const aor of aorsOf(context, id).aors) {
    if (context.sorcery.get('aor', aor) === undefined) continue;
    yield* aorOptions(context, aor, ` on endpoint '${id}'`);
    yield '\n';
  }
}

function* ids({ sorcery }: CliContext, type: string): Iterable<string> {
  for (const object of sorcery.all(type)) yield object.id;
}

/** Asking contacts whether they are there, and how that is set up. */
export const pjsipQualifyCommands: readonly CliCommand[] = [
  {
    words: 'pjsip qualify',
    args: '<endpoint>',
    needs: 1,
    takes: 1,
    summary: 'Send an OPTIONS request to a PJSIP endpoint',
    usage: 'Send a SIP OPTIONS request to all contacts on the endpoint.',
    module: MODULE,
    complete: (context) => ids(context, 'endpoint'),
    run: (context, [id = '']) => {
      const { endpoint, aors } = aorsOf(context, id);
      context.pjsip?.qualify(endpoint);
      return aors.map((aor) => `Qualifying AOR '${aor}' on endpoint '${id}'\n`).join('');
    },
  },
  {
    words: 'pjsip show qualify endpoint',
    args: '<id>',
    needs: 1,
    takes: 1,
    summary: 'Show the current qualify options for all Aors on the PJSIP endpoint',
    usage: 'Show the current qualify options for all Aors on the PJSIP endpoint.',
    module: MODULE,
    complete: (context) => ids(context, 'endpoint'),
    run: (context, [id = '']) => endpointOptions(context, id),
  },
  {
    words: 'pjsip show qualify aor',
    args: '<id>',
    needs: 1,
    takes: 1,
    summary: 'Show the PJSIP Aor current qualify options',
    usage: 'Show the PJSIP Aor current qualify options.',
    module: MODULE,
    complete: (context) => ids(context, 'aor'),
    run: (context, [id = '']) => aorOptions(context, id, ''),
  },
];
