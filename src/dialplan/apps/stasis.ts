import type { ApplicationCall, ApplicationDefinition, Outcome } from './definition.ts';

const STATUS = 'STASISSTATUS';

/**
 * Hands the channel to an ARI application. STASISSTATUS is emptied on the way in, before StasisStart, and says on the
 * way out whether an application took the channel; without a live one the dial plan goes on.
 */
async function stasis(call: ApplicationCall): Promise<Outcome> {
  const { channel, services } = call;
  const [app = '', ...args] = call.args;
  channel.setVariable(STATUS, '');
  if (app === '' || services.stasis === undefined) {
    services.log.warning(
      app === '' ? 'Stasis needs the name of an application' : 'There is no Stasis to enter',
    );
    channel.setVariable(STATUS, 'FAILED');
    return 'next';
  }
  const result = await services.stasis.enter(channel, app, args);
  channel.setVariable(STATUS, result === 'failed' ? 'FAILED' : 'SUCCESS');
  return result === 'hangup' ? 'hangup' : 'next';
}

export const stasisApplications: readonly ApplicationDefinition[] = [
  {
    name: 'Stasis',
    module: 'app_stasis',
    since: '12.0.0',
    summary: 'Hand the call to an ARI application.',
    description: [
      'The call stays with the application until it continues in the dial plan or ends.',
      'STASISSTATUS is SUCCESS when an application had the call, FAILED when none of this name is connected.',
    ].join('\n'),
    arguments: [
      { name: 'app_name', required: true, summary: 'The application, as its WebSocket named it.' },
      { name: 'args', summary: 'Arguments that StasisStart carries, at commas.' },
    ],
    variables: [STATUS],
    capability: 'call',
    run: stasis,
  },
];
