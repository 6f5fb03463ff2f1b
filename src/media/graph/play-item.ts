import { MediaError, type PlayOptions } from '../api.ts';
import type { FormatName } from '../codecs/formats.ts';
import type { SoundLibrary } from '../files/sound-library.ts';
import { parseTone } from '../files/tone.ts';
import { Sequence, SilenceSource, SoundSource, type Source, ToneSource } from './source.ts';

const MAX_DIGITS = 64;
const MAX_SILENCE_SECONDS = 3_600;

/** Sounds of what can be read out of a string of digits. */
const digitSounds = new Map([
  ...[...'0123456789'].map((digit) => [digit, `digits/${digit}`] as const),
  ['*', 'digits/star'],
  ['#', 'digits/pound'],
  ['-', 'digits/minus'],
]);

/** Makes the source of one item of a play list. Fails with `sound-not-found`, `sound-unreadable`, `bad-tone` or `bad-digits`. */
export async function openItem(
  item: string,
  options: PlayOptions,
  format: FormatName,
  library: SoundLibrary,
): Promise<Source> {
  const sound = async (name: string): Promise<Source> =>
    new SoundSource(await library.load(name, options.language, format, options.allowAbsolute === true));

  if (item.startsWith('tone:')) return new ToneSource(parseTone(toneName(item.slice(5))));
  if (item.startsWith('digits:')) {
    const names = digitNames(item.slice(7));
    return new Sequence(await Promise.all(names.map(sound)));
  }
  const name = item.startsWith('sound:') ? item.slice(6) : item;
  const seconds = silenceSeconds(name);
  return seconds === undefined ? sound(name) : new SilenceSource(seconds * 1000);
}

/** `busy;tonezone=us` names a zone (as ARI clients send it); the tones built in are those of one zone. */
function toneName(text: string): string {
  const end = text.indexOf(';');
  return end < 0 ? text : text.slice(0, end);
}

function digitNames(digits: string): string[] {
  if (digits === '' || digits.length > MAX_DIGITS)
    throw new MediaError('bad-digits', `digits: takes 1 to ${MAX_DIGITS} digits, not ${digits.length}`);
  return Array.from(digits, (digit) => {
    const name = digitSounds.get(digit);
    if (name === undefined)
      throw new MediaError('bad-digits', `${JSON.stringify(digit)} is no digit that can be played`);
    return name;
  });
}

function silenceSeconds(name: string): number | undefined {
  if (!name.startsWith('silence/')) return undefined;
  const text = name.slice(8);
  const seconds = Number(text);
  return text !== '' && text.length <= 6 && seconds > 0 && seconds <= MAX_SILENCE_SECONDS
    ? seconds
    : undefined;
}
