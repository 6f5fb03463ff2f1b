import {
  type Context,
  type Dialplan,
  type Extension,
  HINT_PRIORITY,
  type Origin,
  type Priority,
} from './dialplan.ts';
import { withoutDashes } from './pattern.ts';

/** The lines of `dialplan show`, or why there is nothing to show. */
export interface DialplanListing {
  readonly found: boolean;
  readonly lines: readonly string[];
}

interface Counts {
  extensions: number;
  priorities: number;
  contexts: number;
}

function where(origin: Origin): string {
  return origin.file === undefined ? origin.registrar : `${origin.file}:${origin.line ?? 0}`;
}

function row(lead: string, text: string, origin: Origin): string {
  return `  ${lead.padEnd(17)} ${text.padEnd(45)} [${where(origin)}]`;
}

function priorityText(priority: Priority): string {
  if (priority.number !== HINT_PRIORITY)
    return `${priority.number}. ${priority.application}(${priority.data})`;
  return `hint: ${priority.application}${priority.data === '' ? '' : `(${priority.data})`}`;
}

function extensionRows(extension: Extension): string[] {
  const caller = extension.caller === undefined ? '' : ` (CID match '${extension.caller}')`;
  return extension.priorities.map((priority, index) => {
    const label = priority.label === undefined ? '' : `   [${priority.label}]`;
    const lead = index > 0 ? label : `'${extension.name}'${caller} =>${caller === '' ? '' : ' '}`;
    return row(lead, priorityText(priority), priority.origin);
  });
}

/** A number matches as in a call; a pattern also by its own name, as one would type it to look for it. */
function shows(extension: Extension, wanted: string): boolean {
  if (withoutDashes(extension.name) === withoutDashes(wanted)) return true;
  return extension.pattern?.matches(withoutDashes(wanted)) ?? false;
}

function contextRows(context: Context, wanted: string | undefined, counts: Counts): string[] {
  const rows: string[] = [];
  for (const each of context.extensions) {
    if (wanted !== undefined && !shows(each, wanted)) continue;
    counts.extensions++;
    counts.priorities += each.priorities.length;
    rows.push(...extensionRows(each));
  }
  if (wanted === undefined) {
    const quoted = (lead: string, { text, origin }: { text: string; origin: Origin }) =>
      row(lead, `'${text}'`, { registrar: origin.registrar });
    rows.push(
      ...context.includes.map((each) => quoted('Include =>', each)),
      ...context.ignorePatterns.map((each) => quoted('Ignore pattern =>', each)),
      ...context.switches.map((each) => quoted('Alt. Switch =>', each)),
    );
  }
  return rows;
}

function header(context: Context, included: boolean): string {
  return `[ ${included ? 'Included context' : 'Context'} '${context.name}' created by '${context.registrar}' ]`;
}

/** One context, with those it includes when an extension is looked for. */
function section(
  dialplan: Dialplan,
  context: Context,
  wanted: string | undefined,
  counts: Counts,
  seen: Set<string>,
): string[] {
  const first = seen.size === 0;
  seen.add(context.name);
  const rows = contextRows(context, wanted, counts);
  const lines: string[] = [];
  if (rows.length > 0 || wanted === undefined) {
    counts.contexts++;
    lines.push(header(context, !first), ...rows);
  }
  if (wanted !== undefined) {
    for (const include of context.includes) {
      const next = dialplan.context(include.context);
      if (next !== undefined && !seen.has(next.name))
        lines.push(...section(dialplan, next, wanted, counts, seen));
    }
  }
  return lines;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `dialplan show [[exten@]context]`; the text in the columns of the original. */
export function showDialplan(dialplan: Dialplan, what = ''): DialplanListing {
  const at = what.indexOf('@');
  const contextName = at < 0 ? what : what.slice(at + 1);
  const wanted = at > 0 ? what.slice(0, at) : undefined;
  const contexts =
    contextName === ''
      ? [...dialplan.contexts].reverse()
      : dialplan.contexts.filter((each) => each.name === contextName);
  if (contexts.length === 0 && contextName !== '')
    return { found: false, lines: [`There is no existence of '${contextName}' context`] };
  const counts: Counts = { extensions: 0, priorities: 0, contexts: 0 };
  const lines: string[] = [];
  for (const context of contexts) {
    const shown = section(dialplan, context, wanted, counts, new Set());
    if (shown.length > 0) lines.push(...shown, '');
  }
  if (counts.contexts === 0 && wanted !== undefined) {
    const detail =
      contextName === '' ? `'${wanted}' extension in all contexts` : `${wanted}@${contextName} extension`;
    return { found: false, lines: [`There is no existence of ${detail}`] };
  }
  const extensions = plural(counts.extensions, 'extension', 'extensions');
  const priorities = plural(counts.priorities, 'priority', 'priorities');
  lines.push(`-= ${extensions} (${priorities}) in ${plural(counts.contexts, 'context', 'contexts')}. =-`);
  return { found: true, lines };
}
