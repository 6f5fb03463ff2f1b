import { createHash } from 'node:crypto';
import { sameText } from '../../security/index.ts';
import { type AmiAction, failure, parameters, success } from '../action.ts';
import { classText, EVERY_CLASS, maskOf, NO_CLASS, parseEventMask } from '../classes.ts';
import { advancedFilter, type FilterFault, legacyFilter } from '../event-filter.ts';
import type { Header } from '../packet.ts';

const FILTER_FAULTS: Readonly<Record<FilterFault, string>> = {
  format: 'Filter was formatted incorrectly.  Check the syntax of the filter given.',
  pattern: 'Filter did not compile.  Check the syntax of the filter given.',
};

const digest = (text: string) => createHash('md5').update(text).digest('hex');

/** Headers of UserEvent that are not part of the event. */
const NOT_TOLD = new Set(['action', 'userevent']);

/** Coming and going, and what a session hears. */
export const sessionActions: readonly AmiAction[] = [
  {
    name: 'Login',
    classes: maskOf(),
    synopsis: 'Log in.',
    parameters: parameters('ActionID', 'Username!', 'AuthType', 'Secret', 'Key', 'Events'),
    module: 'manager',
    beforeLogin: true,
    run: ({ text, session }) => {
      // Other words than MD5 mean the secret as it is.
      const md5 = text('AuthType').toUpperCase() === 'MD5';
      return session.login({
        username: text('Username'),
        fault: md5 ? 'ChallengeResponseFailed' : 'InvalidPassword',
        proves: (secret, challenge) =>
          md5
            ? sameText(text('Key').toLowerCase(), digest(`${challenge ?? ''}${secret}`)) &&
              challenge !== undefined
            : sameText(text('Secret'), secret) && secret !== '',
        eventMask: parseEventMask(text('Events')),
      });
    },
  },
  {
    name: 'Challenge',
    classes: maskOf(),
    synopsis: 'Get a challenge for a login with MD5.',
    parameters: parameters('ActionID', 'AuthType!'),
    module: 'manager',
    beforeLogin: true,
    run: ({ text, session }) =>
      text('AuthType').toUpperCase() === 'MD5'
        ? { kind: 'success', headers: [['Challenge', session.challenge()]] }
        : failure('Must specify AuthType'),
  },
  {
    name: 'Logoff',
    classes: maskOf(),
    synopsis: 'Log off and close the connection.',
    parameters: parameters('ActionID'),
    module: 'manager',
    beforeLogin: true,
    run: () => ({ kind: 'goodbye', headers: [['Message', 'Thanks for all the fish.']], closes: true }),
  },
  {
    name: 'Ping',
    classes: maskOf(),
    synopsis: 'Ask whether the server is there.',
    parameters: parameters('ActionID'),
    module: 'manager',
    run: ({ ports }) => ({
      kind: 'success',
      headers: [
        ['Ping', 'Pong'],
        ['Timestamp', (ports.clock.now() / 1000).toFixed(6)],
      ],
    }),
  },
  {
    name: 'Events',
    classes: maskOf(),
    synopsis: 'Choose the classes of events to hear.',
    parameters: parameters('ActionID', 'EventMask!'),
    module: 'manager',
    run: ({ text, session }) => {
      const mask = parseEventMask(text('EventMask'));
      const sparsely = session.eventsAnswersSparsely;
      if (mask === undefined) return sparsely ? { kind: 'none' } : failure('Invalid event mask');
      session.setEventMask(mask);
      if (sparsely && mask === EVERY_CLASS) return { kind: 'none' };
      return { kind: 'success', headers: [['Events', mask === NO_CLASS ? 'Off' : 'On']] };
    },
  },
  {
    name: 'Filter',
    classes: maskOf('system'),
    synopsis: 'Add a filter on the events of this session.',
    parameters: parameters('ActionID', 'Operation!', 'MatchCriteria', 'Filter'),
    module: 'manager',
    run: ({ text, session, ports }) => {
      if (text('Operation').toLowerCase() !== 'add') return failure('Unknown operation');
      const criteria = text('MatchCriteria');
      const filter =
        criteria === ''
          ? legacyFilter(text('Filter'), ports.compilePattern)
          : advancedFilter(criteria, text('Filter'), ports.compilePattern);
      if (typeof filter === 'string') return failure(FILTER_FAULTS[filter]);
      return session.addFilter(filter) ? success('Success') : failure('Too many filters');
    },
  },
  {
    name: 'ListCommands',
    classes: maskOf(),
    synopsis: 'List the actions that this user may use.',
    parameters: parameters('ActionID'),
    module: 'manager',
    run: ({ session }) => ({
      kind: 'success',
      headers: session
        .actions()
        .filter((each) => session.may(each))
        .map((each): Header => [each.name, `${each.synopsis}  (Priv: ${classText(each.classes)})`]),
    }),
  },
  {
    name: 'WaitEvent',
    classes: maskOf(),
    synopsis: 'Wait for an event.',
    parameters: parameters('ActionID', 'Timeout!'),
    module: 'manager',
    run: async ({ text, session }) => {
      const timeout = text('Timeout');
      const seconds = /^\d{1,6}$/.test(timeout) ? Number(timeout) : undefined;
      return { kind: 'waited', events: await session.waitEvent(seconds) };
    },
  },
  {
    name: 'UserEvent',
    classes: maskOf('user'),
    synopsis: 'Send an event with headers of your own.',
    parameters: parameters('ActionID', 'UserEvent!', 'Header1', 'HeaderN'),
    module: 'manager',
    run: ({ packet, text, ports }) => {
      const more = packet.filter(([name]) => !NOT_TOLD.has(name.toLowerCase()));
      const event = text('UserEvent');
      return {
        ...success('Event Sent'),
        afterwards: () => ports.switch.events.emit('userEvent', undefined, event, more),
      };
    },
  },
];
