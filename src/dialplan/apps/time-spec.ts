import { type WallClock, wallClock } from '../../platform/index.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The number of a named or numbered unit, undefined when it is neither. */
function unit(text: string, names: readonly string[], first: number): number | undefined {
  const name = names.indexOf(text.trim().toLowerCase().slice(0, 3));
  if (name >= 0) return name + first;
  const number = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(number) ? number : undefined;
}

/** Whether `value` lies in one of the ranges `a-b&c`; a range may wrap around its end. */
function inRanges(spec: string, value: number, read: (text: string) => number | undefined): boolean {
  if (spec.trim() === '' || spec.trim() === '*') return true;
  return spec.split('&').some((range) => {
    const [fromText = '', toText] = range.split('-');
    const from = read(fromText);
    const to = toText === undefined ? from : read(toText);
    if (from === undefined || to === undefined) return false;
    return from <= to ? value >= from && value <= to : value >= from || value <= to;
  });
}

function minutes(text: string): number | undefined {
  const match = /^\s*(\d{1,2}):(\d{2})\s*$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * 60 + Number(match[2]);
}

/**
 * Whether `times,weekdays,mdays,months[,timezone]` holds at `now` (milliseconds since 1970). Each part is a range, a
 * list with `&`, or `*`; ranges of times, days and months may wrap (`22:00-06:00`, `fri-mon`).
 */
export function matchesTime(spec: string, now: number): boolean {
  const [times = '', weekdays = '', days = '', months = '', zone] = spec.split(',');
  const wall: WallClock = wallClock(now, zone?.trim());
  return (
    inRanges(times, wall.hour * 60 + wall.minute, minutes) &&
    inRanges(weekdays, wall.weekday, (text) => unit(text, DAYS, 0)) &&
    inRanges(days, wall.day, (text) => unit(text, [], 1)) &&
    inRanges(months, wall.month, (text) => unit(text, MONTHS, 1))
  );
}
