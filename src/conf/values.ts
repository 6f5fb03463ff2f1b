const TRUE = new Set(['yes', 'true', 'y', 't', '1', 'on']);
const FALSE = new Set(['no', 'false', 'n', 'f', '0', 'off']);

/** Asterisk's words for yes, in any case. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && TRUE.has(value.toLowerCase());
}

/** Asterisk's words for no, in any case; a value may be neither. */
export function isFalse(value: string | undefined): boolean {
  return value !== undefined && FALSE.has(value.toLowerCase());
}

/** A whole decimal number with an optional sign, within `min` and `max`; undefined when the text is anything else. */
export function parseInteger(
  value: string | undefined,
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (value === undefined || !/^[+-]?\d{1,16}$/.test(value)) return undefined;
  const number = Number(value);
  return number >= min && number <= max ? number : undefined;
}
