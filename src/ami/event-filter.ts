import type { Header } from './packet.ts';
import type { CompilePattern } from './ports.ts';

/** One condition on events, of a user's `eventfilter` or added by a client. */
export interface EventFilter {
  readonly exclude: boolean;
  /** Name of the events that it can match; undefined for any. */
  readonly name: string | undefined;
  /** Whether it needs the event's text: those that do not are asked before anything is rendered. */
  readonly onText: boolean;
  matches(name: string, text: () => string): boolean;
}

/** Why a filter was refused: as it is written, or the expression in it. */
export type FilterFault = 'format' | 'pattern';

type Method = 'none' | 'exact' | 'starts_with' | 'ends_with' | 'contains' | 'regex';
const METHODS: ReadonlySet<string> = new Set([
  'none',
  'exact',
  'starts_with',
  'ends_with',
  'contains',
  'regex',
]);

/** A filter in its old form: an expression on the whole text of the event, `!` before one that excludes. */
export function legacyFilter(text: string, compile: CompilePattern): EventFilter | FilterFault {
  const exclude = text.startsWith('!');
  const pattern = (exclude ? text.slice(1) : text).trim();
  if (pattern === '') return 'format';
  const test = compile(pattern);
  if (test === undefined) return 'pattern';
  return { exclude, name: undefined, onText: true, matches: (_name, event) => test(event()) };
}

/** A filter in its newer form: `action(exclude),name(Newexten),header(Channel),method(starts_with)` and what to look for. */
export function advancedFilter(
  criteria: string,
  wanted: string,
  compile: CompilePattern,
): EventFilter | FilterFault {
  const given = parseCriteria(criteria);
  if (given === undefined) return 'format';
  const { exclude, name, header, method } = given;
  // Without a method there is nothing to compare with, and with one there is.
  if ((method === 'none') !== (wanted === '')) return 'format';
  if (method === 'none' && name === undefined && header === undefined) return 'format';
  const test = comparison(method, wanted, compile);
  if (test === undefined) return 'pattern';
  return {
    exclude,
    name,
    onText: header !== undefined || method !== 'none',
    matches(event, text) {
      if (name !== undefined && name !== event) return false;
      if (header !== undefined) {
        const value = headerValue(text(), header);
        return value !== undefined && test(value);
      }
      return method === 'none' || test(text());
    },
  };
}

interface Criteria {
  exclude: boolean;
  name: string | undefined;
  header: string | undefined;
  method: Method;
}

function parseCriteria(text: string): Criteria | undefined {
  const found: Criteria = { exclude: false, name: undefined, header: undefined, method: 'none' };
  for (const part of text.split(',')) {
    const open = part.indexOf('(');
    if (open < 0 || !part.trimEnd().endsWith(')')) return undefined;
    const value = part.trimEnd().slice(open + 1, -1);
    switch (part.slice(0, open).trim().toLowerCase()) {
      case 'action':
        if (value !== 'include' && value !== 'exclude') return undefined;
        found.exclude = value === 'exclude';
        break;
      case 'name':
        found.name = value;
        break;
      case 'header':
        found.header = value;
        break;
      case 'method':
        if (!METHODS.has(value)) return undefined;
        found.method = value as Method;
        break;
      default:
        return undefined;
    }
  }
  return found;
}

function comparison(
  method: Method,
  wanted: string,
  compile: CompilePattern,
): ((value: string) => boolean) | undefined {
  switch (method) {
    case 'none':
      return () => true;
    case 'exact':
      return (value) => value === wanted;
    case 'starts_with':
      return (value) => value.startsWith(wanted);
    case 'ends_with':
      return (value) => value.endsWith(wanted);
    case 'contains':
      return (value) => value.includes(wanted);
    case 'regex':
      return compile(wanted);
  }
}

/** The value of a header in an event's text; its name in exactly this case. */
function headerValue(text: string, name: string): string | undefined {
  const start = `\r\n${name}: `;
  const at = text.indexOf(start);
  return at < 0 ? undefined : text.slice(at + start.length, text.indexOf('\r\n', at + 2));
}

/** The filters of one session: an event must match one that includes, if there is any, and none that excludes. */
export class EventFilters {
  readonly #including: EventFilter[] = [];
  readonly #excluding: EventFilter[] = [];

  constructor(filters: Iterable<EventFilter> = []) {
    for (const each of filters) this.add(each);
  }

  add(filter: EventFilter): void {
    (filter.exclude ? this.#excluding : this.#including).push(filter);
  }

  /** Whether events of this name could pass: decided before the event is rendered. */
  mayPass(name: string): boolean {
    const named = (each: EventFilter) => each.name === undefined || each.name === name;
    if (this.#excluding.some((each) => !each.onText && each.matches(name, nothing))) return false;
    return this.#including.length === 0 || this.#including.some(named);
  }

  /** Whether this event passes; `text` is rendered when first asked for. */
  passes(name: string, text: () => string): boolean {
    if (this.#excluding.some((each) => each.matches(name, text))) return false;
    return this.#including.length === 0 || this.#including.some((each) => each.matches(name, text));
  }
}

function nothing(): string {
  return '';
}

/** An `eventfilter` line of manager.conf: the option's name carries the criteria of the newer form. */
export function configuredFilter(
  [name, value]: Header,
  compile: CompilePattern,
): EventFilter | FilterFault | undefined {
  const option = name.trim();
  if (option.toLowerCase() === 'eventfilter') return legacyFilter(value, compile);
  if (!option.toLowerCase().startsWith('eventfilter(') || !option.endsWith(')')) return undefined;
  return advancedFilter(option.slice('eventfilter('.length, -1), value, compile);
}
