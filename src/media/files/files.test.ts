import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MediaError } from '../api.ts';
import { octetsPerSample } from '../codecs/pcm.ts';
import { readSound, waveHeader } from './sound.ts';
import { findSoundFile } from './sound-files.ts';
import { SoundLibrary } from './sound-library.ts';
import { dtmfTone, parseTone, ToneGenerator } from './tone.ts';

const shipped = fileURLToPath(new URL('../../../sounds', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sounds-'));
  await mkdir(join(folder, 'de/digits'), { recursive: true });
  await mkdir(join(folder, 'en'), { recursive: true });
  await writeFile(join(folder, 'de/hallo.ulaw'), new Uint8Array(160));
  await writeFile(join(folder, 'de/hallo.alaw'), new Uint8Array(160));
  await writeFile(join(folder, 'en/only.alaw'), new Uint8Array(320).fill(0xd5));
  await writeFile(join(folder, 'en/old.gsm'), new Uint8Array(33));
  await writeFile(join(folder, 'plain.sln'), new Uint8Array([1, 2, 3, 4]));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A WAV file with any format code. */
function wave(code: number, channels: number, rate: number, bits: number, data: Uint8Array): Uint8Array {
  const header = waveHeader(rate, data.length);
  const view = new DataView(header.buffer);
  view.setUint16(20, code, true);
  view.setUint16(22, channels, true);
  view.setUint16(34, bits, true);
  const file = new Uint8Array(header.length + data.length);
  file.set(header);
  file.set(data, header.length);
  return file;
}

describe('finding a sound', () => {
  it('asks the language, its parent, en and none in this order', () => {
    const find = (name: string, language: string): string => findSoundFile([folder], name, language).path;
    expect(find('hallo', 'de_AT')).toBe(join(folder, 'de/hallo.ulaw'));
    expect(find('only', 'de')).toBe(join(folder, 'en/only.alaw'));
    expect(find('plain', 'de')).toBe(join(folder, 'plain.sln'));
  });

  it('takes the file closest to the format of the channel', () => {
    expect(findSoundFile([folder], 'hallo', 'de', 'alaw').kind).toBe('alaw');
    expect(findSoundFile([folder], 'hallo', 'de', 'slin').kind).toBe('ulaw');
  });

  it.each(['../en/only', 'en/../../x', '/etc/passwd', '', 'a//b', 'x\0y', '..', 'a\\b'])(
    'never leaves its folders: %j',
    (name) => {
      expect(() => findSoundFile([folder], name)).toThrow(MediaError);
    },
  );

  it('throws nothing but sound-not-found, whatever name and language', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, language) => {
        try {
          findSoundFile([folder], name, language);
        } catch (error) {
          expect(error).toMatchObject({ code: 'sound-not-found' });
        }
      }),
    );
  });

  it('takes an absolute path only when it is allowed', () => {
    const path = join(folder, 'en/only');
    expect(() => findSoundFile([], path)).toThrow('not allowed');
    expect(findSoundFile([], path, 'en', 'ulaw', true).path).toBe(`${path}.alaw`);
  });
});

describe('a WAV file', () => {
  it('gives back the samples that were written, in network order', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }).filter((data) => data.length % 2 === 0 && data.length > 0),
        fc.constantFrom(8000, 16000),
        (data, rate) => {
          const sound = readSound('wav', wave(1, 1, rate, 16, data), 'x');
          expect(sound.format).toBe(rate === 8000 ? 'slin' : 'slin16');
          expect(sound.data).toHaveLength(data.length);
          for (let i = 0; i < data.length; i += 2) {
            expect(sound.data[i]).toBe(data[i + 1]);
            expect(sound.data[i + 1]).toBe(data[i]);
          }
        },
      ),
    );
  });

  it('may hold G.711, chunks before the audio, and a length that was never filled in', () => {
    expect(readSound('wav', wave(7, 1, 8000, 8, new Uint8Array(10)), 'x')).toMatchObject({ format: 'ulaw' });
    expect(readSound('wav', wave(6, 1, 8000, 8, new Uint8Array(10)), 'x')).toMatchObject({ format: 'alaw' });
    const plain = wave(1, 1, 8000, 16, new Uint8Array(10));
    const list = [...'LIST'].map((c) => c.charCodeAt(0));
    const chunked = Uint8Array.from([
      ...plain.subarray(0, 36),
      ...list,
      3,
      0,
      0,
      0,
      9,
      9,
      9,
      0,
      ...plain.subarray(36),
    ]);
    expect(readSound('wav', chunked, 'x').data).toHaveLength(10);
    new DataView(plain.buffer).setUint32(40, 0, true);
    expect(readSound('wav', plain, 'x').data).toHaveLength(10);
  });

  it('is refused with the reason when it cannot be played', () => {
    const data = new Uint8Array(8);
    expect(() => readSound('wav', wave(1, 2, 8000, 16, data), 'a.wav')).toThrow('a.wav: 2 channels');
    expect(() => readSound('wav', wave(1, 1, 44_100, 16, data), 'a.wav')).toThrow('44100 Hz');
    expect(() => readSound('wav', wave(1, 1, 8000, 24, data), 'a.wav')).toThrow('24 bits');
    expect(() => readSound('wav', new Uint8Array(20), 'a.wav')).toThrow('no RIFF/WAVE header');
    expect(() => readSound('gsm', data, 'a.gsm')).toThrow('a.gsm: gsm files are not supported');
  });

  it('never does worse than sound-unreadable, cut or spoilt anywhere', () => {
    const good = wave(1, 1, 8000, 16, new Uint8Array(64));
    fc.assert(
      fc.property(
        fc.nat(good.length),
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
        (length, changes) => {
          const file = good.slice(0, length);
          for (const [at, value] of changes) if (at < file.length) file[at] = value;
          try {
            const { data, format } = readSound('wav', file, 'x');
            expect(data.length).toBeLessThanOrEqual(file.length);
            expect(data.length % octetsPerSample(format)).toBe(0);
          } catch (error) {
            expect(error).toMatchObject({ code: 'sound-unreadable' });
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the sound library', () => {
  it('keeps what was read until the file changes', async () => {
    const library = new SoundLibrary([folder]);
    const load = () => library.load('only', 'en', 'ulaw', false);
    const first = await load();
    expect(await load()).toBe(first);
    const path = join(folder, 'en/only.alaw');
    await writeFile(path, new Uint8Array(480));
    await utimes(path, new Date(), new Date(Date.now() + 5_000));
    expect((await load()).data).toHaveLength(480);
  });

  it('tells a file that cannot be read by its path', async () => {
    const library = new SoundLibrary([folder]);
    await expect(library.load('old', 'en', 'ulaw', false)).rejects.toThrow(
      'old.gsm: gsm files are not supported',
    );
    await symlink('/nonexistent', join(folder, 'en/broken.ulaw'));
    await expect(library.load('broken', 'en', 'ulaw', false)).rejects.toMatchObject({
      code: 'sound-not-found',
    });
  });

  it.each(['beep', 'hello-world', 'demo-congrats', 'hello', 'digits/0', 'vm-goodbye', 'silence/1'])(
    'reads the sound %s that ships with the program',
    async (name) => {
      const sound = await new SoundLibrary([shipped]).load(name, undefined, 'ulaw', false);
      expect(sound.data.length).toBeGreaterThan(1_000);
    },
  );
});

describe('a tone', () => {
  const render = (text: string, ms: number): Int16Array => {
    const out = new Int16Array(ms * 8);
    return out.subarray(0, new ToneGenerator(parseTone(text)).fill(out));
  };

  it('lasts as long as its steps say, and repeats those without a mark', () => {
    expect(render('!440/100,!0/50', 1000)).toHaveLength(1200);
    const busy = render('480/50,0/50', 300);
    expect(busy).toHaveLength(2400);
    const loud = (from: number): boolean => busy.subarray(from, from + 400).some((each) => each !== 0);
    expect([loud(0), loud(400), loud(800), loud(1200)]).toEqual([true, false, true, false]);
  });

  it.each(['', 'x', '440/', '440/100/3', '1+2+3', '9999', '-1', '440/1e99', '440,'])(
    'is refused: %j',
    (text) => {
      expect(() => parseTone(text)).toThrow(expect.objectContaining({ code: 'bad-tone' }));
    },
  );

  it('never hangs nor throws anything else, whatever its text', () => {
    const steps = fc.array(
      fc.constantFrom('!', '4', '0', '40', '/', ',', '+', '*', '1', '!0/0', '0/0', 'busy'),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(steps, (parts) => {
        try {
          render(parts.join(''), 100);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-tone' });
        }
      }),
    );
  });

  it('has two frequencies for every key', () => {
    expect(dtmfTone('5')).toMatchObject([{ first: 770, second: 1336 }]);
    expect(dtmfTone('d')).toMatchObject([{ first: 941, second: 1633 }]);
    expect(dtmfTone('x')).toBeUndefined();
  });
});
