import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AsterismError, isAsterismError } from '../errors/index.ts';
import { StoreError } from '../store/index.ts';
import { makeBench } from './test-bench.ts';

const bench = makeBench();
let started: Awaited<ReturnType<typeof bench.start>>;
beforeAll(async () => {
  bench.write('sorcery.conf', '[res_lamps]\nlamp=memory\nfuse=memory\nlabel=memory\n');
  bench.write('lamps.conf', '[filed]\ntype=shade\n');
  started = await bench.start();
});
afterAll(() => bench.close());

const fields = (each: Record<string, unknown>) =>
  Object.entries(each).map(([attribute, value]) => ({ attribute, value }));
const put = (id: string, given: unknown, type = 'lamp') => started.push.put('res_lamps', type, id, given);
const refusal = async (work: Promise<unknown> | (() => unknown)): Promise<AsterismError> => {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (isAsterismError(error)) return error;
    throw error;
  }
  throw new Error('was not refused');
};

describe('a mapping that does not work', () => {
  it('is named by whoever asks for an object of the type, and by the refusal of a push', async () => {
    const other = makeBench();
    try {
      other.write('sorcery.conf', '[res_lamps]\nlamp=memmory\n');
      const { push } = await other.start();
      const detail = expect.stringMatching(
        /A mapping of 'lamp' does not work: .*sorcery\.conf:2: .*'memmory'/,
      );
      expect(await refusal(() => push.get('res_lamps', 'lamp', 'a'))).toMatchObject({ status: 404, detail });
      expect(await refusal(push.put('res_lamps', 'lamp', 'a', []))).toMatchObject({ status: 403, detail });
    } finally {
      await other.close();
    }
  });
});

describe('a class or a type that does not exist', () => {
  it('is refused with what may have been meant', async () => {
    expect(await refusal(() => started.push.get('res_lmaps', 'lamp', 'a'))).toMatchObject({
      code: 'CLASS_NOT_FOUND',
      hint: "Did you mean 'res_lamps'?",
    });
    expect(await refusal(() => started.push.get('res_lamps', 'nosuch', 'a'))).toMatchObject({
      code: 'TYPE_NOT_FOUND',
      hint: 'Known are lamp, shade, fuse, label.',
    });
  });
});

describe('a push to a type with options of any name', () => {
  it('answers an empty list when nothing of it can be read, and keeps what was sent', async () => {
    const answer = await put('f', fields({ load_a: 'x' }), 'fuse');
    expect(answer.body).toBe('[]');
    expect(started.sorcery.get('fuse', 'f', 'res_lamps')?.row(false)).toBe('{"load_a":"x"}');
    expect(await refusal(put('f', fields({ other: 'x' }), 'fuse'))).toMatchObject({ field: 'other' });
  });

  it('shows them behind the others; an empty value takes one away', async () => {
    await put('l', fields({ b: '1', a: '2', gone: '3' }), 'label');
    const answer = await put('l', fields({ gone: '' }), 'label');
    expect(JSON.parse(answer.body)).toEqual(fields({ lamp: '', b: '1', a: '2' }));
  });

  it('refuses a name of something that is not there, and says what it would be', async () => {
    expect(await refusal(put('r', fields({ lamp: 'nosuch' }), 'label'))).toMatchObject({
      code: 'PUSH_FIELD_REFUSED',
      field: 'lamp',
      detail: "there is no lamp 'nosuch'",
      hint: "'lamp' names a lamp of res_lamps: create that first.",
    });
    await put('there', []);
    expect((await put('r', fields({ lamp: 'there' }), 'label')).status).toBe(200);
    expect((await put('r', fields({ lamp: 'none' }), 'label')).status).toBe(200);
  });
});

describe('a push', () => {
  it('creates with what is given, merges what comes later, and answers the whole object', async () => {
    await put('a', fields({ colour: 'red', tag: 'x' }));
    const answer = await put('a', fields({ tag: 'y', watts: '60' }));
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject([
      { value: 'red' },
      { value: '60' },
      { value: 'false' },
      { attribute: 'tag', value: 'x' },
      { attribute: 'tag', value: 'y' },
      { attribute: 'pin' },
    ]);
    expect((await started.push.get('res_lamps', 'lamp', 'a')).body).toBe(answer.body);
  });

  it('changes everything or nothing', async () => {
    await put('b', fields({ colour: 'red' }));
    const before = (await started.push.get('res_lamps', 'lamp', 'b')).body;
    for (const given of [
      fields({ colour: 'blue', watts: 'many' }),
      fields({ colour: 'blue', watts: '500' }),
      [...fields({ colour: 'blue' }), 5],
    ]) {
      expect(await refusal(put('b', given))).toMatchObject({ code: 'PUSH_FIELD_REFUSED', status: 400 });
      expect((await started.push.get('res_lamps', 'lamp', 'b')).body).toBe(before);
    }
    await refusal(put('never', fields({ colour: 'blue', nosuch: '1' })));
    expect(started.get('never')).toBeUndefined();
  });

  it('applies fields in their order', async () => {
    await put('c', [...fields({ brightness: '50' }), ...fields({ watts: '70' })]);
    expect(started.get('c')?.get('watts')).toBe('70');
  });

  it('waits for another of the same object, so that both are merged', async () => {
    await Promise.all([
      put('d', fields({ tag: 'a' })),
      put('d', fields({ tag: 'b' })),
      refusal(put('d', fields({ nosuch: '' }))),
      put('d', fields({ tag: 'c' })),
    ]);
    expect(started.get('d')?.get('tag')).toBe('a\nb\nc');
  });

  it('deletes once', async () => {
    await put('e', []);
    expect(await started.push.delete('res_lamps', 'lamp', 'e')).toEqual({ status: 204, body: '' });
    expect(await refusal(started.push.delete('res_lamps', 'lamp', 'e'))).toMatchObject({
      code: 'OBJECT_NOT_FOUND',
      message: "Object with id 'e' not found",
    });
  });

  it('takes a list that is none for an empty one when it creates, and asks for one when it updates', async () => {
    await put('f', undefined);
    expect(await refusal(put('f', 'x'))).toMatchObject({
      code: 'PUSH_NO_FIELDS',
      message: "Fields must be provided to update object 'f'",
    });
  });

  it.each<[string, unknown, Partial<AsterismError>]>([
    [
      'a number',
      [1],
      { field: 'fields[0]', detail: 'a field is an object with the strings "attribute" and "value"' },
    ],
    ['null', [null], { field: 'fields[0]' }],
    ['a list', [[]], { field: 'fields[0]' }],
    ['an empty object', [{}], { field: 'fields[0]', detail: '"attribute" must be a string' }],
    ['no value', [{ attribute: 'colour' }], { detail: `"value" of 'colour' must be a string` }],
    ['a number as value', fields({ colour: 5 }), { detail: `"value" of 'colour' must be a string` }],
    ['an unknown name', fields({ color: 'x' }), { field: 'color', hint: "Did you mean 'colour'?" }],
    ['too many', Array(2_001).fill({ attribute: 'colour', value: '' }), { detail: 'more than 2000 fields' }],
    [
      'a rule of the type',
      fields({ watts: '101' }),
      { field: 'watts', detail: 'too bright', hint: '100 at most.' },
    ],
  ])('names what is wrong with a field that is %s', async (_what, given, expected) => {
    const error = await refusal(put('wrong', given));
    expect(error).toMatchObject({
      status: 400,
      reason: 'Bad request',
      message: "Creation of object 'wrong' failed field value validation",
      ...expected,
    });
  });

  it('names the class or the type that is not there', async () => {
    expect(await refusal(() => started.push.get('res_x', 'lamp', 'a'))).toMatchObject({
      status: 404,
      message: "configClass 'res_x' not found",
    });
    expect(await refusal(() => started.push.put('res_lamps', 'x', 'a', []))).toMatchObject({
      status: 404,
      message: "objectType 'x' not found",
    });
  });

  it('of a type that only a file keeps is told which line of sorcery.conf to change', async () => {
    const told = {
      detail: "'shade' is kept by config,lamps.conf,criteria=type=shade, which cannot write it",
    };
    expect(await refusal(put('new', [], 'shade'))).toMatchObject({
      status: 403,
      message: "Cannot create sorcery objects of type 'shade'",
      hint: 'In sorcery.conf, section [res_lamps], map it to a wizard that can: shade=astdb,ps_shades (below shade=config,lamps.conf,criteria=type=shade, for what is in the file to stay)',
      ...told,
    });
    expect(await refusal(put('filed', [], 'shade'))).toMatchObject({ code: 'PUSH_UPDATE_REFUSED', ...told });
    expect(await refusal(started.push.delete('res_lamps', 'shade', 'filed'))).toMatchObject({
      code: 'PUSH_DELETE_REFUSED',
      ...told,
    });
    // What is wrong with the fields comes before who could store them.
    expect(await refusal(put('new', fields({ nosuch: '' }), 'shade'))).toMatchObject({ status: 400 });
  });

  it('of an object that a file has in front of what can be written is told where it stands', async () => {
    const other = makeBench();
    other.write('lamps.conf', '[other]\ntype=lamp\n[filed]\ntype=shade\n');
    other.write(
      'sorcery.conf',
      '[res_lamps]\nshade=config,lamps.conf,criteria=type=shade\nshade=astdb,shades\n',
    );
    const { push } = await other.start();
    const told = {
      status: 403,
      detail: `'filed' is in ${join(other.dir, 'lamps.conf')}:3, which is only read, and which comes before what could be written`,
      hint: 'Change it there and reload, or take it out there and push it then.',
    };
    expect(await refusal(push.put('res_lamps', 'shade', 'filed', []))).toMatchObject({
      code: 'PUSH_UPDATE_REFUSED',
      ...told,
    });
    expect(await refusal(push.delete('res_lamps', 'shade', 'filed'))).toMatchObject({
      code: 'PUSH_DELETE_REFUSED',
      ...told,
    });
    expect((await push.put('res_lamps', 'shade', 'new', [])).status).toBe(200);
    await other.close();
  });

  it('that the store refuses changed nothing and may be tried again', async () => {
    const { create } = started.sorcery;
    started.sorcery.create = () => Promise.reject(new StoreError('disk is full'));
    expect(await refusal(put('g', []))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      status: 503,
      detail: 'disk is full',
    });
    started.sorcery.create = create;
    await put('g', []);
  });

  it('is 200 or refused by name, whatever JSON comes', async () => {
    const name = fc.constantFrom(
      'colour',
      'watts',
      'tag',
      'pin',
      'note',
      'brightness',
      '@x',
      '__proto__',
      'type',
    );
    const near = fc.array(
      fc.record({ attribute: fc.oneof(name, fc.string()), value: fc.oneof(fc.string(), fc.jsonValue()) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), near), fc.string(), async (given, id) => {
        const answer = await put(id, given).catch((error: unknown) => error);
        if (!isAsterismError(answer)) expect(answer).toMatchObject({ status: 200 });
        else {
          expect(answer.status).toBe(400);
          if (answer.code === 'PUSH_FIELD_REFUSED') expect(answer.field).toBeDefined();
          expect(answer.detail ?? answer.message).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });
});
