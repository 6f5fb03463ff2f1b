import { describe, expect, it } from 'vitest';
import { compileExtended } from '../dialplan/index.ts';
import {
  advancedFilter,
  configuredFilter,
  type EventFilter,
  EventFilters,
  legacyFilter,
} from './event-filter.ts';

const compile = (pattern: string) => {
  const expression = compileExtended(pattern);
  return expression === undefined ? undefined : (text: string) => expression.exec(text) !== undefined;
};

function filter(made: EventFilter | string | undefined): EventFilter {
  if (made === undefined || typeof made === 'string') throw new Error(`no filter: ${made}`);
  return made;
}

const event = (name: string, ...lines: string[]) =>
  `Event: ${name}\r\nPrivilege: call,all\r\n${lines.map((each) => `${each}\r\n`).join('')}\r\n`;

/** Whether an event passes, and whether its text was asked for. */
function passes(filters: EventFilters, name: string, ...lines: string[]) {
  let rendered = 0;
  const text = () => {
    rendered++;
    return event(name, ...lines);
  };
  return [filters.mayPass(name) && filters.passes(name, text), rendered > 0];
}

describe('filters on events', () => {
  it('in their old form match the whole text, or exclude with an exclamation mark', () => {
    const only = new EventFilters([filter(legacyFilter('Event: (Hang|New).*', compile))]);
    expect(passes(only, 'Hangup')[0]).toBe(true);
    expect(passes(only, 'VarSet')[0]).toBe(false);
    const without = new EventFilters([filter(legacyFilter('!Channel: Local/', compile))]);
    expect(passes(without, 'Hangup', 'Channel: PJSIP/a')[0]).toBe(true);
    expect(passes(without, 'Hangup', 'Channel: Local/a')[0]).toBe(false);
  });

  it.each([
    ['exact', 'PJSIP/a', true],
    ['exact', 'PJSIP/', false],
    ['starts_with', 'PJSIP/', true],
    ['ends_with', '/a', true],
    ['contains', 'SIP', true],
    ['contains', 'xyz', false],
    ['regex', '^P.*a$', true],
  ])('in their newer form compare a header by %s with %s', (method, wanted, expected) => {
    const one = new EventFilters([
      filter(advancedFilter(`name(Hangup),header(Channel),method(${method})`, wanted, compile)),
    ]);
    expect(passes(one, 'Hangup', 'Channel: PJSIP/a')[0]).toBe(expected);
    expect(passes(one, 'Hangup', 'Other: PJSIP/a')[0]).toBe(false);
  });

  it('that look at the name only are decided before anything is rendered', () => {
    const excluding = new EventFilters([
      filter(advancedFilter('action(exclude),name(Newexten)', '', compile)),
    ]);
    expect(passes(excluding, 'Newexten')).toEqual([false, false]);
    const including = new EventFilters([
      filter(advancedFilter('name(Hangup),header(Channel),method(contains)', 'x', compile)),
    ]);
    expect(passes(including, 'VarSet', 'Channel: x')).toEqual([false, false]);
  });

  it('that exclude win over those that include', () => {
    const both = new EventFilters([
      filter(legacyFilter('Event: Hangup', compile)),
      filter(legacyFilter('!Cause: 16', compile)),
    ]);
    expect(passes(both, 'Hangup', 'Cause: 17')[0]).toBe(true);
    expect(passes(both, 'Hangup', 'Cause: 16')[0]).toBe(false);
  });

  it.each([
    ['bogus(x)', 'a', 'format'],
    ['method(bogus)', 'a', 'format'],
    ['name', 'a', 'format'],
    ['name(', 'a', 'format'],
    ['action(sometimes),name(x)', '', 'format'],
    ['', '', 'format'],
    ['method(contains)', '', 'format'],
    ['name(x)', 'a', 'format'],
    ['method(regex)', '[', 'pattern'],
  ])('of the form %s %s are refused', (criteria, wanted, fault) => {
    expect(advancedFilter(criteria, wanted, compile)).toBe(fault);
  });

  it('are read from manager.conf in both forms', () => {
    expect(filter(configuredFilter(['eventfilter', '!Event: VarSet'], compile)).exclude).toBe(true);
    const named = filter(configuredFilter(['eventfilter(action(exclude),name(Newexten))', ''], compile));
    expect([named.exclude, named.name, named.onText]).toEqual([true, 'Newexten', false]);
    expect(configuredFilter(['secret', 'x'], compile)).toBeUndefined();
    expect(configuredFilter(['eventfilter', '['], compile)).toBe('pattern');
  });
});
