import { type CliCommand, type CliContext, type SubscriptionView, usage } from '../command.ts';
import { RULE } from './layout.ts';
import { pattern } from './like.ts';

function identifiers({ pjsip }: CliContext): string {
  const names = ['Identifier Names:', ...(pjsip?.identifiers() ?? [])];
  return names.map((name) => `${name.padEnd(20)}\n`).join('');
}

function* unidentified({ pjsip, switch: owner }: CliContext): Iterable<string> {
  let count = 0;
  for (const source of pjsip?.unidentified() ?? []) {
    if (count++ === 0) {
      yield `\n  Request:  <IP Address..............................................>  <Count> <Age(sec)>\n${RULE}\n\n`;
    }
    const seconds = (owner.clock.now() - source.firstAt) / 1000;
    yield `  Request:  ${source.address.padEnd(60)} ${String(source.count).padStart(6)} ${seconds.toFixed(3).padStart(10)}\n`;
  }
  yield count === 0 ? 'No objects found.\n\n' : `\nObjects found: ${count}\n\n`;
}

const DETAILED = [
  'Endpoint: <Endpoint/Caller-ID.............................................>',
  'Resource: <Resource/Event.................................................>',
  '  Expiry: <Expiry>  <Call-id..............................................>',
  '='.repeat(75),
];

function detailed(each: SubscriptionView): string {
  return [
    `Endpoint: ${each.endpoint}/${each.caller}`,
    `Resource: ${each.resource}/${each.event}`,
    `  Expiry: ${String(each.expiresIn).padEnd(8)}  ${each.callId}`,
    '',
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function brief(each: SubscriptionView): string {
  const columns = [`${each.endpoint}/${each.caller}`, `${each.resource}/${each.event}`];
  return `${columns.map((text) => text.padEnd(30)).join(' ')} ${String(each.expiresIn).padEnd(6)} ${each.callId}\n`;
}

/** Subscriptions of one direction; a pattern selects by what is printed of each. */
function subscriptions(direction: 'inbound' | 'outbound', listed: boolean): CliCommand {
  const command: CliCommand = {
    words: `pjsip ${listed ? 'list' : 'show'} subscriptions ${direction}`,
    args: '[like <regex>]',
    takes: 2,
    summary: listed ? `List active ${direction} subscriptions` : `Show active ${direction} subscriptions`,
    usage: `Shows the active ${direction} subscriptions, those only whose lines the expression matches.`,
    module: 'res_pjsip_pubsub',
    complete: (_context, args) => (args.length === 0 ? ['like'] : []),
    run: ({ pjsip }, [word, text]) => {
      if (word !== undefined && (word !== 'like' || text === undefined)) return usage(command);
      const like = text === undefined ? undefined : pattern(text);
      const shown = [...(pjsip?.subscriptions(direction) ?? [])]
        .map(listed ? brief : detailed)
        .filter((lines) => like === undefined || like.test(lines));
      const header = listed
        ? `${'Endpoint/CLI'.padEnd(30)} ${'Resource/Event'.padEnd(30)} Expiry Call-id\n`
        : `${DETAILED.join('\n')}\n`;
      const matched = text === undefined ? '' : ` matched "${text}"`;
      return `${header}\n${shown.join('')}${shown.length} active subscriptions${matched}\n`;
    },
  };
  return command;
}

/** Who asks for something and how that is found out, and who is subscribed to something. */
export const pjsipRequestCommands: readonly CliCommand[] = [
  {
    words: 'pjsip show identifiers',
    takes: 0,
    summary: 'List registered endpoint identifiers',
    usage: 'List all registered endpoint identifiers',
    module: 'res_pjsip',
    run: identifiers,
  },
  {
    words: 'pjsip show unidentified_requests',
    takes: 0,
    summary: 'Show PJSIP Unidentified Requests',
    usage: 'Show the PJSIP Unidentified Requests',
    module: 'res_pjsip',
    run: unidentified,
  },
  ...(['inbound', 'outbound'] as const).flatMap((direction) => [
    subscriptions(direction, false),
    subscriptions(direction, true),
  ]),
];
