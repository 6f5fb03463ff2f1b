const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY_MS = 86_400_000;

/** Time zones whose formatter is kept; beyond that the oldest goes. */
const MAX_FORMATTERS = 64;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      timeZoneName: 'short',
    });
    if (formatters.size >= MAX_FORMATTERS) {
      const [oldest] = formatters.keys();
      if (oldest !== undefined) formatters.delete(oldest);
    }
    formatters.set(zone, made);
    return made;
  } catch {
    return undefined;
  }
}

/** A moment on the wall clock of one time zone. */
export interface WallClock {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
  readonly zoneName: string;
}

/** Reads the clock on the wall at `ms` in `zone` (the machine's when undefined); an unknown zone means UTC. */
export function wallClock(ms: number, zone?: string): WallClock {
  if (zone === undefined || zone === '') return localClock(ms);
  const formatter = formatterOf(zone) ?? formatterOf('UTC');
  const part = new Map((formatter?.formatToParts(ms) ?? []).map((each) => [each.type, each.value]));
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(part.get(type) ?? 0);
  const [year, month, day] = [number('year'), number('month'), number('day')];
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')];
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    weekday: new Date(asUtc).getUTCDay(),
    offset: Math.round((asUtc - Math.floor(ms / 1000) * 1000) / 60_000),
    zoneName: part.get('timeZoneName') ?? 'UTC',
  };
}

/** Made when a zone's name is first asked for: hardly any log line does, and it takes 20 ms of a start. */
let localZone: Intl.DateTimeFormat | undefined;

/** The machine's own zone, without a formatter but for the zone's name: log lines take this way. */
function localClock(ms: number): WallClock {
  const date = new Date(ms);
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    weekday: date.getDay(),
    offset: -date.getTimezoneOffset(),
    get zoneName() {
      localZone ??= new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' });
      return localZone.formatToParts(date).find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
    },
  };
}

function pad(value: number, width = 2, fill = '0'): string {
  return String(value).padStart(width, fill);
}

function dayOfYear(wall: WallClock): number {
  return Math.round((Date.UTC(wall.year, wall.month - 1, wall.day) - Date.UTC(wall.year, 0, 1)) / DAY_MS) + 1;
}

/** ISO 8601 week and its year. */
function isoWeek(wall: WallClock): { week: number; year: number } {
  const thursday = new Date(Date.UTC(wall.year, wall.month - 1, wall.day));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  return { week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1, year };
}

/**
 * POSIX strftime in the C locale, at `ms` since 1970 in `zone`. `%q` is Asterisk's own: the fraction of the second,
 * as many digits as the figure before it says (`%3q` milliseconds), six without one.
 */
export function strftime(format: string, ms: number, zone?: string): string {
  const wall = wallClock(ms, zone);
  let out = '';
  for (let i = 0; i < format.length; i++) {
    const c = format[i];
    if (c !== '%' || i + 1 >= format.length) {
      out += c;
      continue;
    }
    let code = format[++i] ?? '';
    if (code === 'q' || (code >= '1' && code <= '9' && format[i + 1] === 'q')) {
      if (code !== 'q') i++;
      out += fraction(ms, code === 'q' ? 6 : Number(code));
      continue;
    }
    // Glibc's flags and the E and O modifiers change nothing in the C locale but the padding of `-`.
    const unpadded = code === '-';
    if (unpadded || code === 'E' || code === 'O') code = format[++i] ?? '';
    const text = conversion(code, wall, ms);
    out += unpadded ? text.replace(/^[0 ](?=.)/, '') : text;
  }
  return out;
}

function fraction(ms: number, digits: number): string {
  return pad(Math.floor((((ms % 1000) + 1000) % 1000) * 1000), 6)
    .padEnd(9, '0')
    .slice(0, digits);
}

function conversion(code: string, wall: WallClock, ms: number): string {
  const day = DAYS[wall.weekday] ?? '';
  const month = MONTHS[wall.month - 1] ?? '';
  const hour12 = wall.hour % 12 === 0 ? 12 : wall.hour % 12;
  const date = `${pad(wall.month)}/${pad(wall.day)}/${pad(wall.year % 100)}`;
  const time = `${pad(wall.hour)}:${pad(wall.minute)}:${pad(wall.second)}`;
  const half = wall.hour < 12 ? 'AM' : 'PM';
  const offset = Math.abs(wall.offset);
  switch (code) {
    case 'a':
      return day.slice(0, 3);
    case 'A':
      return day;
    case 'b':
    case 'h':
      return month.slice(0, 3);
    case 'B':
      return month;
    case 'c':
      return `${day.slice(0, 3)} ${month.slice(0, 3)} ${pad(wall.day, 2, ' ')} ${time} ${wall.year}`;
    case 'C':
      return pad(Math.floor(wall.year / 100));
    case 'd':
      return pad(wall.day);
    case 'D':
    case 'x':
      return date;
    case 'e':
      return pad(wall.day, 2, ' ');
    case 'F':
      return `${wall.year}-${pad(wall.month)}-${pad(wall.day)}`;
    case 'g':
      return pad(isoWeek(wall).year % 100);
    case 'G':
      return String(isoWeek(wall).year);
    case 'H':
      return pad(wall.hour);
    case 'I':
      return pad(hour12);
    case 'j':
      return pad(dayOfYear(wall), 3);
    case 'k':
      return pad(wall.hour, 2, ' ');
    case 'l':
      return pad(hour12, 2, ' ');
    case 'm':
      return pad(wall.month);
    case 'M':
      return pad(wall.minute);
    case 'n':
      return '\n';
    case 'p':
      return half;
    case 'P':
      return half.toLowerCase();
    case 'r':
      return `${pad(hour12)}:${pad(wall.minute)}:${pad(wall.second)} ${half}`;
    case 'R':
      return `${pad(wall.hour)}:${pad(wall.minute)}`;
    case 's':
      return String(Math.floor(ms / 1000));
    case 'S':
      return pad(wall.second);
    case 't':
      return '\t';
    case 'T':
    case 'X':
      return time;
    case 'u':
      return String(wall.weekday || 7);
    case 'U':
      return pad(Math.floor((dayOfYear(wall) + 6 - wall.weekday) / 7));
    case 'V':
      return pad(isoWeek(wall).week);
    case 'w':
      return String(wall.weekday);
    case 'W':
      return pad(Math.floor((dayOfYear(wall) + 6 - ((wall.weekday + 6) % 7)) / 7));
    case 'y':
      return pad(wall.year % 100);
    case 'Y':
      return String(wall.year);
    case 'z':
      return `${wall.offset < 0 ? '-' : '+'}${pad(Math.floor(offset / 60))}${pad(offset % 60)}`;
    case 'Z':
      return wall.zoneName;
    case '%':
      return '%';
    default:
      return `%${code}`;
  }
}
