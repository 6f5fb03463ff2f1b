/**
 * The numbers of `$[…]`: 64 bits of mantissa, printed with 18 digits, as Asterisk's (x86 long double, `%.18Lg`) are.
 * Whole numbers that a JavaScript number holds exactly stay one; everything else is a fraction `mantissa · 2^exponent`.
 */
export type Num = number | Fraction;

export interface Fraction {
  readonly negative: boolean;
  /** 64 bits, or zero. */
  readonly mantissa: bigint;
  readonly exponent: number;
}

const MANTISSA_BITS = 64;
const DIGITS = 18;

/** A longer run of digits is no number: nobody dials it, and converting it takes quadratic time. */
const MAX_NUMBER_LENGTH = 100;

/** Beyond this power of two a number is infinite. */
const MAX_EXPONENT = 16_320;

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The nearest number to `numerator / denominator`, ties to even. */
function nearest(negative: boolean, numerator: bigint, denominator: bigint): Fraction {
  if (numerator === 0n) return { negative, mantissa: 0n, exponent: 0 };
  const shift = MANTISSA_BITS + 2 - (bitLength(numerator) - bitLength(denominator));
  const above = shift > 0 ? numerator << BigInt(shift) : numerator;
  const below = shift < 0 ? denominator << BigInt(-shift) : denominator;
  const quotient = above / below;
  const inexact = above % below !== 0n;
  const excess = bitLength(quotient) - MANTISSA_BITS;
  const rest = quotient & ((1n << BigInt(excess)) - 1n);
  const half = 1n << BigInt(excess - 1);
  let mantissa = quotient >> BigInt(excess);
  let exponent = excess - shift;
  if (rest > half || (rest === half && (inexact || (mantissa & 1n) === 1n))) mantissa += 1n;
  if (bitLength(mantissa) > MANTISSA_BITS) {
    mantissa >>= 1n;
    exponent++;
  }
  return { negative, mantissa, exponent };
}

function fraction(value: Num): Fraction {
  if (typeof value !== 'number') return value;
  const negative = value < 0 || Object.is(value, -0);
  return nearest(negative, BigInt(Math.abs(value)), 1n);
}

/** Numerator and denominator, both whole; the numerator has the sign. */
function ratio(value: Fraction): [bigint, bigint] {
  const signed = value.negative ? -value.mantissa : value.mantissa;
  return value.exponent >= 0
    ? [signed << BigInt(value.exponent), 1n]
    : [signed, 1n << BigInt(-value.exponent)];
}

function fromRatio(numerator: bigint, denominator: bigint, negativeZero = false): Fraction {
  const negative = numerator < 0n || (numerator === 0n && negativeZero);
  return nearest(negative, numerator < 0n ? -numerator : numerator, denominator);
}

/** A number as it may stand in an expression: digits, with a point and digits behind. Undefined for anything else. */
export function parseNumber(text: string): Num | undefined {
  if (text.length > MAX_NUMBER_LENGTH || !/^-?\d+(?:\.\d+)?$/.test(text)) return undefined;
  const point = text.indexOf('.');
  if (point < 0) {
    const whole = Number(text);
    if (Number.isSafeInteger(whole)) return whole;
    return fromRatio(BigInt(text), 1n);
  }
  const places = text.length - point - 1;
  const digits = BigInt(text.slice(0, point) + text.slice(point + 1));
  return fromRatio(digits, 10n ** BigInt(places), text.startsWith('-'));
}

/** Of a JavaScript number, as many digits as it has; undefined when it is infinite or none. */
export function fromDouble(value: number): Num | undefined {
  if (Number.isSafeInteger(value)) return value;
  if (!Number.isFinite(value)) return undefined;
  const [digits = '', power = '0'] = value.toString().split('e');
  const base = parseNumber(digits);
  if (base === undefined) return undefined;
  const [numerator, denominator] = ratio(fraction(base));
  const scale = Number(power);
  return scale >= 0
    ? fromRatio(numerator * 10n ** BigInt(scale), denominator)
    : fromRatio(numerator, denominator * 10n ** BigInt(-scale));
}

export function toDouble(value: Num): number {
  return typeof value === 'number' ? value : Number(formatNumber(value));
}

export function isZero(value: Num): boolean {
  return typeof value === 'number' ? value === 0 : value.mantissa === 0n;
}

export function negate(value: Num): Num {
  return typeof value === 'number' ? -value : { ...value, negative: !value.negative };
}

export function add(a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a + b)) return a + b;
  const [an, ad] = ratio(fraction(a));
  const [bn, bd] = ratio(fraction(b));
  return fromRatio(an * bd + bn * ad, ad * bd);
}

export function multiply(a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a * b)) return a * b;
  const x = fraction(a);
  const y = fraction(b);
  const product = nearest(x.negative !== y.negative, x.mantissa * y.mantissa, 1n);
  return { ...product, exponent: product.exponent + x.exponent + y.exponent };
}

/** `b` is not zero. */
export function divide(a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number' && a % b === 0) return a / b;
  const x = fraction(a);
  const y = fraction(b);
  const quotient = nearest(x.negative !== y.negative, x.mantissa, y.mantissa);
  return { ...quotient, exponent: quotient.exponent + x.exponent - y.exponent };
}

/** What division leaves, with the sign of `a`; `b` is not zero. */
export function remainder(a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number') return a % b;
  const [an, ad] = ratio(fraction(a));
  const [bn, bd] = ratio(fraction(b));
  return fromRatio((an * bd) % (bn * ad), ad * bd, fraction(a).negative);
}

export function compare(a: Num, b: Num): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [an, ad] = ratio(fraction(a));
  const [bn, bd] = ratio(fraction(b));
  const difference = an * bd - bn * ad;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The square root; `value` is not below zero. */
export function squareRoot(value: Num): Num {
  const [numerator, denominator] = ratio(fraction(value));
  if (numerator === 0n) return 0;
  // √(n/d) = √(n·d)/d; scaled so that the whole root has more bits than are kept.
  const scale = BigInt(2 * MANTISSA_BITS);
  const root = wholeRoot((numerator * denominator) << (scale * 2n));
  const result = fromRatio(root, denominator << scale);
  const whole = toWhole(result);
  return whole ?? result;
}

function wholeRoot(value: bigint): bigint {
  let x = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (x + value / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

function toWhole(value: Fraction): number | undefined {
  const [numerator, denominator] = ratio(value);
  if (numerator % denominator !== 0n) return undefined;
  const whole = Number(numerator / denominator);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** How a number is printed: at most 18 digits, no trailing zeros, an exponent below 1e-4 and from 1e18 on. */
export function formatNumber(value: Num): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  const sign = value.negative ? '-' : '';
  if (value.mantissa === 0n) return `${sign}0`;
  if (value.exponent > MAX_EXPONENT) return `${sign}inf`;
  if (value.exponent < -MAX_EXPONENT - MANTISSA_BITS) return `${sign}0`;
  const [signed, denominator] = ratio(value);
  const numerator = signed < 0n ? -signed : signed;
  let power = Math.floor((bitLength(numerator) - bitLength(denominator)) * Math.LOG10E * Math.LN2);
  let digits = decimalDigits(numerator, denominator, power);
  // The estimate of the power may be off by one either way.
  while (digits.length > DIGITS) digits = decimalDigits(numerator, denominator, ++power);
  while (digits.length < DIGITS) digits = decimalDigits(numerator, denominator, --power);
  let end = digits.length;
  while (end > 1 && digits[end - 1] === '0') end--;
  const kept = digits.slice(0, end);
  if (power < -4 || power >= DIGITS) {
    const mantissa = kept.length > 1 ? `${kept[0]}.${kept.slice(1)}` : kept;
    const magnitude = String(Math.abs(power)).padStart(2, '0');
    return `${sign}${mantissa}e${power < 0 ? '-' : '+'}${magnitude}`;
  }
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${kept}`;
  if (kept.length <= power + 1) return sign + kept.padEnd(power + 1, '0');
  return `${sign}${kept.slice(0, power + 1)}.${kept.slice(power + 1)}`;
}

/** `numerator / denominator · 10^(17 - power)`, rounded to a whole number. */
function decimalDigits(numerator: bigint, denominator: bigint, power: number): string {
  const places = DIGITS - 1 - power;
  const above = places > 0 ? numerator * 10n ** BigInt(places) : numerator;
  const below = places < 0 ? denominator * 10n ** BigInt(-places) : denominator;
  const quotient = above / below;
  const twice = (above % below) * 2n;
  const up = twice > below || (twice === below && (quotient & 1n) === 1n);
  return String(up ? quotient + 1n : quotient);
}
