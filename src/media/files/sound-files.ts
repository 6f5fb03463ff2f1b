import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { MediaError } from '../api.ts';
import type { FormatName } from '../codecs/formats.ts';

/** What a file's extension says about its content. */
export type FileKind = 'ulaw' | 'alaw' | 'slin' | 'slin16' | 'wav' | 'gsm';

export interface SoundFile {
  readonly path: string;
  readonly kind: FileKind;
}

const extensions: readonly (readonly [extension: string, kind: FileKind])[] = [
  ['ulaw', 'ulaw'],
  ['ul', 'ulaw'],
  ['mu', 'ulaw'],
  ['ulw', 'ulaw'],
  ['pcm', 'ulaw'],
  ['pcmu', 'ulaw'],
  ['alaw', 'alaw'],
  ['al', 'alaw'],
  ['alw', 'alaw'],
  ['pcma', 'alaw'],
  ['sln', 'slin'],
  ['slin', 'slin'],
  ['raw', 'slin'],
  ['sln16', 'slin16'],
  ['wav', 'wav'],
  ['gsm', 'gsm'],
];

/** Kinds from the one that costs and loses least to the one that does most, for each format that a channel has. */
const closeness: Record<FormatName, readonly FileKind[]> = {
  ulaw: ['ulaw', 'slin', 'wav', 'alaw', 'slin16', 'gsm'],
  alaw: ['alaw', 'slin', 'wav', 'ulaw', 'slin16', 'gsm'],
  slin: ['slin', 'wav', 'ulaw', 'alaw', 'slin16', 'gsm'],
  slin16: ['slin16', 'slin', 'wav', 'ulaw', 'alaw', 'gsm'],
};

const orderFor = new Map(
  Object.entries(closeness).map(([format, kinds]) => [
    format,
    kinds.flatMap((kind) => extensions.filter((each) => each[1] === kind)),
  ]),
);

const DEFAULT_LANGUAGE = 'en';
const MAX_NAME = 512;

/**
 * The file of a sound's name, which has no extension. In each language (`de_AT`, `de`, `en`, none) the folders are asked in order, and of several
 * files that are there the one closest to `format` is taken. Throws `sound-not-found`, also for a name that leads out of the folders.
 */
export function findSoundFile(
  folders: readonly string[],
  name: string,
  language = DEFAULT_LANGUAGE,
  format: FormatName = 'ulaw',
  allowAbsolute = false,
): SoundFile {
  if (isAbsolute(name)) {
    if (!allowAbsolute)
      throw new MediaError('sound-not-found', `absolute sound name ${name} is not allowed here`);
    const found = withExtension(name, format);
    if (found) return found;
    throw new MediaError('sound-not-found', `no sound file ${name}.*`);
  }
  if (!isPlainName(name))
    throw new MediaError('sound-not-found', `sound name ${JSON.stringify(name)} is not allowed`);
  for (const each of languagesFor(language)) {
    for (const folder of folders) {
      const found = withExtension(join(folder, each, name), format);
      if (found) return found;
    }
  }
  throw new MediaError(
    'sound-not-found',
    `no sound ${name} (language ${language}) in ${folders.join(', ') || 'no folder'}`,
  );
}

function languagesFor(language: string): string[] {
  const languages: string[] = [];
  if (isPlainName(language) && !language.includes('/')) {
    languages.push(language);
    const region = language.indexOf('_');
    if (region > 0) languages.push(language.slice(0, region));
  }
  if (!languages.includes(DEFAULT_LANGUAGE)) languages.push(DEFAULT_LANGUAGE);
  languages.push('');
  return languages;
}

/** Relative, and never upwards. */
function isPlainName(name: string): boolean {
  if (name === '' || name.length > MAX_NAME || name.includes('\0') || name.includes('\\')) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function withExtension(base: string, format: FormatName): SoundFile | undefined {
  if (base.includes('\0')) return undefined;
  for (const [extension, kind] of orderFor.get(format) ?? extensions) {
    const path = `${base}.${extension}`;
    if (isFile(path)) return { path, kind };
  }
  return undefined;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // A name longer than the file system takes, or a folder that may not be entered: not there for us.
    return false;
  }
}
