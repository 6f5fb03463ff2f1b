import { type Context, HINT_PRIORITY, REGISTRAR } from '../../dialplan/index.ts';
import {
  type ActionCall,
  type AmiAction,
  failure,
  type ListItem,
  parameters,
  type Reply,
  success,
} from '../action.ts';
import { maskOf } from '../classes.ts';
import type { Header } from '../packet.ts';

/** What ShowDialPlan counts while it lists. */
interface Totals {
  contexts: number;
  extensions: number;
  priorities: number;
}

function showDialplan({ text, ports }: ActionCall): Reply {
  const [exten, name] = [text('Extension'), text('Context')];
  const { contexts } = ports.dialplan.current;
  const wanted = name === '' ? contexts : contexts.filter((each) => each.name === name);
  if (name !== '' && wanted.length === 0) return failure(`Did not find context ${name}`);
  const found =
    exten === '' ? wanted : wanted.filter((each) => each.extensions.some((one) => matches(one, exten)));
  if (exten !== '' && found.length === 0) {
    return failure(
      name === ''
        ? `Did not find extension ${exten} in any context`
        : `Did not find extension ${exten}@${name}`,
    );
  }
  const totals: Totals = { contexts: 0, extensions: 0, priorities: 0 };
  return {
    kind: 'list',
    message: 'DialPlan list will follow',
    items: contextItems(found, exten, totals),
    complete: 'ShowDialPlanComplete',
    summary: () => [
      ['ListExtensions', String(totals.extensions)],
      ['ListPriorities', String(totals.priorities)],
      ['ListContexts', String(totals.contexts)],
    ],
  };
}

function matches({ name, pattern }: Context['extensions'][number], exten: string): boolean {
  return name === exten || pattern?.matches(exten) === true;
}

function* contextItems(contexts: readonly Context[], exten: string, totals: Totals): Iterable<ListItem> {
  for (const context of contexts) {
    totals.contexts++;
    for (const extension of context.extensions) {
      if (exten !== '' && !matches(extension, exten)) continue;
      totals.extensions++;
      for (const { number, label, application, data, origin } of extension.priorities) {
        totals.priorities++;
        const headers: Header[] = [
          ['Context', context.name],
          ['Extension', extension.name],
        ];
        if (label !== undefined) headers.push(['ExtensionLabel', label]);
        if (number === HINT_PRIORITY) headers.push(['Priority', 'hint'], ['Application', application]);
        else headers.push(['Priority', String(number)], ['Application', application], ['AppData', data]);
        headers.push(['Registrar', origin.registrar]);
        yield { name: 'ListDialplan', headers };
      }
    }
    if (exten !== '') continue;
    yield* noteItems(context, 'IncludeContext', context.includes);
    yield* noteItems(context, 'IgnorePattern', context.ignorePatterns);
    yield* noteItems(context, 'Switch', context.switches);
  }
}

function* noteItems(
  context: Context,
  header: string,
  notes: readonly { readonly text: string; readonly origin: { readonly registrar: string } }[],
): Iterable<ListItem> {
  for (const { text, origin } of notes) {
    yield {
      name: 'ListDialplan',
      headers: [
        ['Context', context.name],
        [header, text],
        ['Registrar', origin.registrar],
      ],
    };
  }
}

/** A priority as a number; undefined for text that is none. */
function priorityOf({ ports }: ActionCall, context: string, exten: string, text: string): number | undefined {
  if (text.toLowerCase() === 'hint') return HINT_PRIORITY;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : ports.dialplan.label(context, exten, text);
  return number === undefined || number < 1 ? undefined : number;
}

function addExtension(call: ActionCall): Reply {
  const { text, ports } = call;
  const [context, exten, priority, application] = [
    text('Context'),
    text('Extension'),
    text('Priority'),
    text('Application'),
  ];
  if (context === '' || exten === '' || priority === '' || application === '') {
    return failure('Context, Extension, Priority, and Application must be defined for DialplanExtensionAdd.');
  }
  const number = priorityOf(call, context, exten, priority);
  if (number === undefined) return failure('The priority specified was invalid.');
  const replace = ['yes', 'true', 'y', 't', '1', 'on'].includes(text('Replace').toLowerCase());
  const problem = ports.dialplan.change((builder) =>
    builder.has(context, exten, number) && !replace
      ? 'exists'
      : builder.add(
          {
            context,
            exten,
            priority: number,
            application,
            data: text('ApplicationData'),
            origin: { registrar: REGISTRAR },
          },
          replace,
        ),
  );
  if (problem === undefined) return success('Added requested extension');
  return failure(
    problem === 'exists'
      ? 'That extension and priority already exist at that context'
      : `Failed to add extension: ${problem}`,
  );
}

function removeExtension(call: ActionCall): Reply {
  const { text, ports } = call;
  const [context, exten, priority] = [text('Context'), text('Extension'), text('Priority')];
  if (context === '' || exten === '')
    return failure('Context and Extension must be provided for DialplanExtensionRemove');
  const number = priority === '' ? undefined : priorityOf(call, context, exten, priority);
  if (priority !== '' && number === undefined) return failure('The priority specified was invalid.');
  if (!ports.dialplan.change((builder) => builder.remove(context, exten, number)))
    return failure('Failed to remove requested extension');
  return success(
    priority === '' ? 'Removed the requested extension' : 'Removed the requested priority from the extension',
  );
}

function hintHeaders(
  exten: string,
  context: string,
  hint: string,
  state: { readonly status: number; readonly text: string },
): Header[] {
  return [
    ['Exten', exten],
    ['Context', context],
    ['Hint', hint],
    ['Status', String(state.status)],
    ['StatusText', state.text],
  ];
}

/** The dial plan and the states of its extensions. */
export const dialplanActions: readonly AmiAction[] = [
  {
    name: 'ShowDialPlan',
    classes: maskOf('config', 'reporting'),
    synopsis: 'List contexts and extensions of the dial plan.',
    parameters: parameters('ActionID', 'Extension', 'Context'),
    module: 'pbx_config',
    run: showDialplan,
  },
  {
    name: 'DialplanExtensionAdd',
    classes: maskOf('system'),
    synopsis: 'Add a line to the dial plan that is in force.',
    parameters: parameters(
      'ActionID',
      'Context!',
      'Extension!',
      'Priority!',
      'Application!',
      'ApplicationData',
      'Replace',
    ),
    module: 'pbx_config',
    run: addExtension,
  },
  {
    name: 'DialplanExtensionRemove',
    classes: maskOf('system'),
    synopsis: 'Remove an extension, or one line of it, from the dial plan that is in force.',
    parameters: parameters('ActionID', 'Context!', 'Extension!', 'Priority'),
    module: 'pbx_config',
    run: removeExtension,
  },
  {
    name: 'ExtensionState',
    classes: maskOf('call', 'reporting'),
    synopsis: 'Tell the state of an extension with a hint.',
    parameters: parameters('ActionID', 'Exten!', 'Context!'),
    module: 'manager',
    run: ({ text, ports }) => {
      const exten = text('Exten');
      if (exten === '') return failure('Extension not specified');
      const context = text('Context') || 'default';
      const state = ports.dialplan.hints.state(context, exten);
      return success('Extension Status', ...hintHeaders(exten, context, state.hint, state));
    },
  },
  {
    name: 'ExtensionStateList',
    classes: maskOf('call', 'reporting'),
    synopsis: 'List the states of all extensions with a hint.',
    parameters: parameters('ActionID'),
    module: 'manager',
    run: ({ ports }) => ({
      kind: 'list',
      message: 'Extension Statuses will follow',
      items: stateItems(ports.dialplan.hints.all()),
      complete: 'ExtensionStateListComplete',
    }),
  },
];

function* stateItems(hints: ReturnType<ActionCall['ports']['dialplan']['hints']['all']>): Iterable<ListItem> {
  for (const { exten, context, hint, state } of hints)
    yield { name: 'ExtensionStatus', headers: hintHeaders(exten, context, hint, state) };
}
