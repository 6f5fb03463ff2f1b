/** The line under the headers of `pjsip` lists. */
export const RULE = '='.repeat(90);

/** A column of fixed width: shorter text is filled up, longer text loses its end. */
export function cut(text: string, width: number): string {
  return text.slice(0, width).padEnd(width);
}

/** `00:01:05` of milliseconds. */
export function clockTime(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const part = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${part(total / 3600)}:${part((total / 60) % 60)}:${part(total % 60)}`;
}

/** `1 day, 2 hours, 3 seconds`, as uptimes are told. */
export function duration(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.floor(seconds));
  for (const [name, size] of [
    ['year', 31_536_000],
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (size === 1 && parts.length === 0))
      parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return parts.join(', ');
}
