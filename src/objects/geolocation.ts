import {
  bool,
  type Draft,
  exactly,
  type FieldProblem,
  type Kind,
  type OptionSpec,
  type TypeSpec,
  text,
} from '../sorcery/index.ts';
import { civicProblem, gmlProblem } from './locations.ts';

/** Pairs that a shape may have several of; their order is the order of the corners. */
const CORNERS = new Set(['pos', 'pos3d']);

/** `name=value` pairs with commas between, quotes around a value that has one; each is shown under its own name. */
const pairs: Kind = {
  parse(input, before) {
    const given: (readonly [string, string])[] = [];
    for (const part of splitQuoted(input)) {
      const equals = part.indexOf('=');
      const name = (equals < 0 ? part : part.slice(0, equals)).trim();
      if (name === '') return undefined;
      given.push([name, equals < 0 ? '' : part.slice(equals + 1).trim()]);
    }
    // A new shape begins anew; any other pair takes the place of the one of its name.
    let lines = before === '' || given.some(([name]) => name === 'shape') ? [] : before.split('\n');
    for (const [name, value] of given) {
      if (!CORNERS.has(name)) lines = lines.filter((line) => nameOf(line) !== name);
      lines.push(`${name}=${value}`);
    }
    return lines.join('\n');
  },
  accepts: 'name=value pairs with commas between, a value with a comma in double quotes',
};

function nameOf(line: string): string {
  return line.slice(0, line.indexOf('='));
}

/** Parts between commas that are not in double quotes, without the quotes. Empty parts are left out. */
function splitQuoted(input: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const char of input) {
    if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  parts.push(part);
  return parts.filter((each) => each.trim() !== '');
}

const FORMATS = ['civicAddress', 'GML', 'URI'] as const;

const pairsOption = (name: string, doc: string): OptionSpec => ({
  name,
  kind: pairs,
  default: '',
  multi: true,
  showsAsNames: true,
  doc,
});

const common = {
  class: 'res_geolocation',
  method: { name: 'method', kind: text, default: '', doc: 'How the place was found out, as GPS or Manual.' },
  source: { name: 'location_source', kind: text, default: '', doc: 'Host that found it out (RFC 8787).' },
  confidence: pairsOption('confidence', 'How sure it is: value in percent, pdf its distribution.'),
  info: pairsOption('location_info', 'The place itself: pairs that depend on the format.'),
} as const;

/** Whether the pairs of a place suit its format (RFC 5139 for addresses, RFC 5491 for shapes). */
function locationProblem(draft: Draft): FieldProblem | undefined {
  const pairs = draft
    .get('location_info')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => [nameOf(line), line.slice(line.indexOf('=') + 1)] as const);
  const has = (wanted: string) => pairs.some(([name]) => name === wanted);
  const wrong = (detail: string): FieldProblem => ({ field: 'location_info', detail });
  switch (draft.get('format')) {
    case 'URI':
      return has('URI') ? undefined : wrong("format URI needs a pair 'URI=…'");
    case 'civicAddress': {
      const problem = civicProblem(pairs);
      return problem === undefined ? undefined : wrong(problem);
    }
    default: {
      const problem = gmlProblem(pairs);
      if (problem !== undefined) return wrong(problem);
      // Which coordinates a shape has follows from the shape; the original shows it as a pair of its own.
      if (!has('crs')) draft.apply('location_info', `crs=${has('pos3d') ? '3d' : '2d'}`);
      return undefined;
    }
  }
}

const locationType: TypeSpec = {
  configClass: 'res_geolocation',
  type: 'location',
  section: 'res_geolocation',
  module: 'res_geolocation',
  doc: 'A place: an address, a shape on the map, or a URI that tells it.',
  finish(draft) {
    for (const field of ['format', 'location_info']) {
      if (draft.get(field) === '') return { field, detail: `'${field}' is required` };
    }
    return locationProblem(draft);
  },
  options: [
    common.info,
    common.method,
    { name: 'format', kind: exactly(FORMATS), default: '', doc: 'How location_info is to be read.' },
    common.source,
    common.confidence,
  ],
};

const PRECEDENCES = ['prefer_incoming', 'prefer_config', 'discard_incoming', 'discard_config'] as const;

const profileType: TypeSpec = {
  configClass: 'res_geolocation',
  type: 'profile',
  section: 'res_geolocation',
  module: 'res_geolocation',
  // The original's own profiles live in memory behind the file, which makes the type one that can be pushed.
  defaultWizards: [
    ['config', 'geolocation.conf,criteria=type=profile'],
    ['memory', ''],
  ],
  builtin: Object.fromEntries(PRECEDENCES.map((each) => [`<${each}>`, { profile_precedence: each }])),
  doc: 'What is told to the other side about the place of a call, and whose word counts.',
  finish(draft) {
    const reference = draft.get('location_reference') !== '';
    const format = draft.get('format') !== '<none>';
    const info = draft.get('location_info') !== '';
    if (reference && (format || info)) {
      return {
        field: 'location_reference',
        detail: "'location_reference' stands instead of 'format' and 'location_info', not beside them",
      };
    }
    if (info && !format) return { field: 'format', detail: "'location_info' needs a 'format'" };
    if (format && !info) return { field: 'location_info', detail: "'format' needs 'location_info'" };
    if (draft.get('location_info_refinement') !== '' && !reference) {
      return {
        field: 'location_info_refinement',
        detail: "'location_info_refinement' adds to a 'location_reference', and there is none",
      };
    }
    return format ? locationProblem(draft) : undefined;
  },
  options: [
    common.info,
    {
      name: 'allow_routing_use',
      kind: bool,
      default: 'false',
      doc: 'Whether servers on the way may route by it.',
    },
    {
      name: 'suppress_empty_ca_elements',
      kind: bool,
      default: 'false',
      doc: 'Whether parts of an address without a value are left out.',
    },
    { name: 'pidf_element_id', kind: text, default: '', doc: 'Id of the element that has the place.' },
    {
      name: 'profile_precedence',
      kind: exactly(PRECEDENCES),
      default: 'discard_incoming',
      doc: 'Whether what came with the call or what is configured counts.',
    },
    {
      name: 'pidf_element',
      kind: exactly(['tuple', 'device', 'person']),
      default: 'device',
      doc: 'Element of the PIDF-LO document that has the place (RFC 5491).',
    },
    common.method,
    pairsOption('usage_rules', 'What the receiver may do with it (RFC 4119).'),
    pairsOption('location_info_refinement', 'Pairs that are added to those of the referenced place.'),
    {
      name: 'format',
      kind: exactly([...FORMATS, '<none>']),
      default: '<none>',
      doc: 'How location_info is to be read, for a place without an object of its own.',
    },
    {
      name: 'location_reference',
      kind: text,
      default: '',
      mentions: { configClass: 'res_geolocation', type: 'location' },
      doc: 'The location to tell.',
    },
    common.source,
    { name: 'device_id', kind: text, default: '', doc: 'Id of the device, for pidf_element=device.' },
    { name: 'notes', kind: text, default: '', doc: 'A note for people.' },
    common.confidence,
    pairsOption('location_variables', 'Values for the variables that stand in the pairs.'),
  ],
};

export const geolocationTypes: readonly TypeSpec[] = [locationType, profileType];
