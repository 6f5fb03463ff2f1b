/** Names of the parts of an address: RFC 4776 §3.4, RFC 5139 §4, RFC 6848. */
const CIVIC = new Set(
  (
    'country A1 A2 A3 A4 A5 A6 ADDCODE BLD FLR HNO HNS LMK LOC NAM PC PCN PLC PN POBOX POD POM PRD PRM PRT ' +
    'RD RDBR RDSEC RDSUBBR ROOM SEAT STS STP UNIT'
  ).split(' '),
);

export type Pairs = readonly (readonly [name: string, value: string])[];

/** What is wrong with the pairs of an address; undefined when nothing is. */
export function civicProblem(pairs: Pairs): string | undefined {
  for (const [name] of pairs) {
    // `lang` tells the language of the rest (RFC 5139 §3.3).
    if (!CIVIC.has(name) && name !== 'lang') return `'${name}' is no part of an address (RFC 5139)`;
  }
  return undefined;
}

interface Need {
  readonly name: string;
  readonly check: keyof typeof checks;
  /** How many there must be; exactly one otherwise. */
  readonly least?: number;
}

const numbers = (text: string): number[] =>
  text
    .trim()
    .split(/[ \t]+/)
    .map(Number);
const areNumbers = (text: string, count: number): boolean => {
  const found = numbers(text);
  return text.trim() !== '' && found.length === count && found.every(Number.isFinite);
};

const checks = {
  number: { means: 'a number', fits: (text: string) => areNumbers(text, 1) },
  pos: { means: 'latitude and longitude', fits: (text: string) => areNumbers(text, 2) },
  pos3d: { means: 'latitude, longitude and height', fits: (text: string) => areNumbers(text, 3) },
  angle: {
    means: 'an angle, as "25.0 degrees" or "0.4 radians"',
    fits(text: string) {
      const [value = '', unit = 'degrees', ...rest] = text.trim().split(/[ \t]+/);
      const most = unit === 'radians' ? 2 * Math.PI : 360;
      return (
        rest.length === 0 &&
        ['degrees', 'radians'].includes(unit) &&
        areNumbers(value, 1) &&
        Number(value) >= 0 &&
        Number(value) <= most
      );
    },
  },
} as const;

const need = (name: string, check: keyof typeof checks = 'number', least?: number): Need =>
  least === undefined ? { name, check } : { name, check, least };
const pos = need('pos', 'pos');
const pos3d = need('pos3d', 'pos3d');
const orientation = need('orientation', 'angle');

/** Shapes of RFC 5491 §5.2, each with the pairs that it needs. */
const SHAPES: ReadonlyMap<string, readonly Need[]> = new Map([
  ['Point', [pos]],
  ['Circle', [pos, need('radius')]],
  ['Ellipse', [pos, need('semiMajorAxis'), need('semiMinorAxis'), orientation]],
  [
    'ArcBand',
    [
      pos,
      need('innerRadius'),
      need('outerRadius'),
      need('startAngle', 'angle'),
      need('openingAngle', 'angle'),
    ],
  ],
  ['Polygon', [need('pos', 'pos', 3)]],
  ['Sphere', [pos3d, need('radius')]],
  ['Ellipsoid', [pos3d, need('semiMajorAxis'), need('semiMinorAxis'), need('verticalAxis'), orientation]],
  ['Prism', [need('pos3d', 'pos3d', 3), need('height')]],
]);

/** What is wrong with the pairs of a shape; undefined when nothing is. */
export function gmlProblem(pairs: Pairs): string | undefined {
  const name = pairs.find(([each]) => each === 'shape')?.[1];
  let needs = name === undefined ? undefined : SHAPES.get(name);
  if (needs === undefined)
    return `format GML needs a pair 'shape=…': one of ${[...SHAPES.keys()].join(', ')}`;
  // A point has two or three coordinates.
  if (name === 'Point' && pairs.some(([each]) => each === 'pos3d')) needs = [pos3d];
  for (const { name: pair, check, least = 1 } of needs) {
    const values = pairs.filter(([each]) => each === pair).map(([, value]) => value);
    if (values.length < least)
      return `a ${name} needs ${least} of the pair '${pair}=…', not ${values.length}`;
    const { fits, means } = checks[check];
    if (!values.every(fits)) return `'${pair}' of a ${name} is ${means}`;
  }
  for (const [pair] of pairs) {
    if (pair !== 'shape' && pair !== 'crs' && !needs.some((each) => each.name === pair))
      return `a ${name} has no pair '${pair}'`;
  }
  return undefined;
}
