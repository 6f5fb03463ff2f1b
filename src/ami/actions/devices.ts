import { type AmiAction, failure, type ListItem, parameters, success } from '../action.ts';
import { maskOf } from '../classes.ts';
import type { AmiPorts } from '../ports.ts';

function* deviceItems({ switch: owner }: AmiPorts): Iterable<ListItem> {
  for (const [device, state] of owner.deviceStates.all()) {
    yield {
      name: 'DeviceStateChange',
      headers: [
        ['Device', device],
        ['State', state],
      ],
    };
  }
}

/** Devices, presence and mailboxes. */
export const deviceActions: readonly AmiAction[] = [
  {
    name: 'DeviceStateList',
    classes: maskOf('call', 'reporting'),
    synopsis: 'List the states of all devices of which something was told.',
    parameters: parameters('ActionID'),
    module: 'manager',
    run: ({ ports }) => ({
      kind: 'list',
      message: 'Device State Changes will follow',
      items: deviceItems(ports),
      complete: 'DeviceStateListComplete',
    }),
  },
  {
    name: 'MailboxStatus',
    classes: maskOf('call', 'reporting'),
    synopsis: 'Tell whether messages wait in mailboxes.',
    parameters: parameters('ActionID', 'Mailbox!'),
    module: 'manager',
    run: ({ text, ports }) => {
      const mailbox = text('Mailbox');
      if (mailbox === '') return failure('Mailbox not specified');
      const waiting = mailbox.split(',').some((each) => {
        const count = ports.mailboxes.count(each.trim());
        return count !== undefined && count.urgent + count.new > 0;
      });
      return success('Mailbox Status', ['Mailbox', mailbox], ['Waiting', waiting ? '1' : '0']);
    },
  },
  {
    name: 'MailboxCount',
    classes: maskOf('call', 'reporting'),
    synopsis: 'Count the messages of a mailbox.',
    parameters: parameters('ActionID', 'Mailbox!'),
    module: 'manager',
    run: ({ text, ports }) => {
      const mailbox = text('Mailbox');
      if (mailbox === '') return failure('Mailbox not specified');
      const count = ports.mailboxes.count(mailbox);
      return success(
        'Mailbox Message Count',
        ['Mailbox', mailbox],
        ['UrgMessages', String(count?.urgent ?? 0)],
        ['NewMessages', String(count?.new ?? 0)],
        ['OldMessages', String(count?.old ?? 0)],
      );
    },
  },
];
