import { describe, expect, it } from 'vitest';
import { ObjectType, SorceryObject } from '../sorcery/index.ts';
import { everyTypeHolds, printed } from '../sorcery/test-laws.ts';
import { coreTypes, objectModules } from './index.ts';

const types = [...coreTypes, ...objectModules.flatMap((each) => each.types)].map(
  (spec) => new ObjectType(spec),
);
const find = (name: string): ObjectType => {
  const found = types.find((each) => `${each.spec.configClass}/${each.name}` === name);
  if (found === undefined) throw new Error(`no type ${name}`);
  return found;
};
const finish = (name: string, fields: readonly (readonly [string, string])[]) => {
  const type = find(name);
  const draft = new SorceryObject(type, 'x', type.defaults).draft();
  for (const [option, value] of fields) {
    const problem = draft.apply(option, value);
    if (problem !== undefined) throw new Error(problem.detail);
  }
  const problem = type.spec.finish?.(draft);
  return { problem, shown: [...new SorceryObject(type, 'x', draft.values, draft.extended).shown()] };
};

everyTypeHolds(types);

it('every option and every type has its line of documentation', () => {
  for (const { spec } of types) {
    expect(spec.doc).toMatch(/\.$/);
    for (const option of [...spec.options, ...(spec.others === undefined ? [] : [spec.others])])
      expect([spec.type, option.name, option.doc]).toEqual([
        spec.type,
        option.name,
        expect.stringMatching(/\.$/),
      ]);
  }
});

describe('options of', () => {
  it.each<[string, string, string[], string | undefined]>([
    ['res_stir_shaken/attestation', 'send_mky', ['on'], 'yes'],
    ['res_stir_shaken/attestation', 'send_mky', ['bogus'], undefined],
    ['res_stir_shaken/attestation', 'global_disable', ['bogus'], 'no'],
    ['res_stir_shaken/attestation', 'attest_level', ['b'], 'B'],
    ['res_stir_shaken/attestation', 'attest_level', ['D'], undefined],
    ['res_stir_shaken/attestation', 'private_key_file', ['/nosuch'], undefined],
    ['res_stir_shaken/profile', 'private_key_file', ['/nosuch'], '/nosuch'],
    ['res_stir_shaken/profile', 'send_mky', [''], undefined],
    ['res_stir_shaken/profile', 'endpoint_behavior', ['bogus'], 'off'],
    ['res_stir_shaken/profile', 'x5u_acl', ['a,b'], 'a'],
    ['res_stir_shaken/verification', 'failure_action', ['CONTINUE_RETURN_REASON'], 'continue_return_reason'],
    ['res_stir_shaken/verification', 'max_cache_size', ['5x'], undefined],
    ['res_aeap/client', 'url', ['http://x'], undefined],
    ['res_aeap/client', 'url', ['wss://x'], 'wss://x'],
    ['res_aeap/client', 'codecs', ['!all,ulaw'], '(ulaw)'],
    ['res_geolocation/profile', 'pidf_element', ['TUPLE'], undefined],
    ['res_geolocation/profile', 'usage_rules', ['a=1,b', 'a=2'], 'b=\na=2'],
    [
      'res_geolocation/location',
      'location_info',
      ['country=US,A1="New York, NY"'],
      'country=US\nA1=New York, NY',
    ],
    ['res_geolocation/location', 'location_info', ['=x'], undefined],
    ['chan_websocket/global', 'control_message_format', ['xml'], undefined],
  ])('%s: %s reads %j as %j', (type, name, inputs, expected) => {
    expect(printed(find(type), name, ...inputs)).toBe(expected);
  });
});

describe('rules beyond one option', () => {
  const URI = ['format', 'URI'] as const;
  it.each<[string, [string, string][], string | undefined]>([
    ['res_aeap/client', [['protocol', 'x']], 'url'],
    ['res_geolocation/location', [], 'format'],
    ['res_geolocation/location', [[...URI]], 'location_info'],
    ['res_geolocation/location', [[...URI], ['location_info', 'a=b']], 'location_info'],
    ['res_geolocation/location', [[...URI], ['location_info', 'URI=http://x']], undefined],
    ['res_geolocation/profile', [['location_info', 'URI=x']], 'format'],
    ['res_geolocation/profile', [[...URI]], 'location_info'],
    ['res_geolocation/profile', [['location_info_refinement', 'FLR=3']], 'location_info_refinement'],
    [
      'res_geolocation/profile',
      [
        ['location_reference', 'a'],
        ['location_info_refinement', 'FLR=3'],
      ],
      undefined,
    ],
    [
      'res_geolocation/profile',
      [['location_reference', 'a'], [...URI], ['location_info', 'URI=x']],
      'location_reference',
    ],
    ['res_geolocation/profile', [], undefined],
  ])('%s with %j: %s is to blame', (type, fields, field) => {
    expect(finish(type, fields).problem?.field).toBe(field);
  });

  it.each<[string, string, string | undefined]>([
    ['civicAddress', 'country=US,A1=x,HNO=3', undefined],
    ['civicAddress', 'bogus=US', "'bogus' is no part of an address"],
    ['GML', 'a=b', "needs a pair 'shape=…'"],
    ['GML', 'shape=Cube', "needs a pair 'shape=…'"],
    ['GML', 'shape=Point,pos=1 2', undefined],
    ['GML', 'shape=Point,pos3d=1 2 3', undefined],
    ['GML', 'shape=Circle,pos=1 2,radius=30', undefined],
    ['GML', 'shape=Circle,pos=1 2', "needs 1 of the pair 'radius=…', not 0"],
    ['GML', 'shape=Circle,pos=1,radius=30', "'pos' of a Circle is latitude and longitude"],
    ['GML', 'shape=Circle,pos=1 2,radius=30,height=1', "has no pair 'height'"],
    ['GML', 'shape=Ellipse,pos=1 2,semiMajorAxis=2,semiMinorAxis=1,orientation=400', 'is an angle'],
    ['GML', 'shape=Ellipse,pos=1 2,semiMajorAxis=2,semiMinorAxis=1,orientation=1.5 radians', undefined],
    ['GML', 'shape=Polygon,pos=1 1,pos=2 2', "needs 3 of the pair 'pos=…', not 2"],
    ['GML', 'shape=Polygon,pos=1 1,pos=2 2,pos=1 1', undefined],
  ])('a place in format %s with %s: %s', (format, info, detail) => {
    const { problem } = finish('res_geolocation/location', [
      ['format', format],
      ['location_info', info],
    ]);
    if (detail === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatchObject({ field: 'location_info', detail: expect.stringContaining(detail) });
  });

  it('a shape tells how many coordinates its points have, and begins anew with its name', () => {
    const { shown } = finish('res_geolocation/location', [
      ['format', 'GML'],
      ['location_info', 'shape=Point,pos=9 9'],
      ['location_info', 'shape=Circle,pos=1 2'],
      ['location_info', 'radius=3'],
    ]);
    expect(shown.slice(0, 4)).toEqual([
      ['shape', 'Circle'],
      ['pos', '1 2'],
      ['radius', '3'],
      ['crs', '2d'],
    ]);
  });

  it('rules of its own are shown as an access list', () => {
    const { shown } = finish('res_stir_shaken/profile', [['x5u_deny', '10.0.0.0/8']]);
    expect(new Map(shown).get('x5u_acl')).toBe('deny/permit');
  });
});
