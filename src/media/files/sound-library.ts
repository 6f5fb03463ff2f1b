import { readFile, stat } from 'node:fs/promises';
import { MediaError } from '../api.ts';
import type { FormatName } from '../codecs/formats.ts';
import { readSound, type Sound } from './sound.ts';
import { findSoundFile } from './sound-files.ts';

/** Two hours of G.711: a longer file is refused, it would have to be streamed. */
const MAX_FILE_OCTETS = 64 * 1024 * 1024;
/** Decoded sounds kept, least recently used out first. */
const MAX_CACHED_OCTETS = 32 * 1024 * 1024;

interface Cached {
  readonly sound: Sound;
  readonly stamp: string;
}

/** Loads sounds by name and keeps those in use in memory as long as their files do not change. */
export class SoundLibrary {
  readonly #folders: readonly string[];
  readonly #cache = new Map<string, Cached>();
  #octets = 0;

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Fails with `sound-not-found` or `sound-unreadable`. */
  async load(
    name: string,
    language: string | undefined,
    format: FormatName,
    allowAbsolute: boolean,
  ): Promise<Sound> {
    const { path, kind } = findSoundFile(this.#folders, name, language, format, allowAbsolute);
    try {
      const { size, mtimeMs } = await stat(path);
      const stamp = `${size}/${mtimeMs}`;
      const cached = this.#cache.get(path);
      if (cached?.stamp === stamp) {
        this.#cache.delete(path);
        this.#cache.set(path, cached);
        return cached.sound;
      }
      if (size > MAX_FILE_OCTETS)
        throw new MediaError('sound-unreadable', `${path}: larger than ${MAX_FILE_OCTETS} octets`);
      const sound = readSound(kind, await readFile(path), path);
      this.#keep(path, { sound, stamp });
      return sound;
    } catch (error) {
      if (error instanceof MediaError) throw error;
      throw new MediaError(
        'sound-unreadable',
        `${path}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  clear(): void {
    this.#cache.clear();
    this.#octets = 0;
  }

  #keep(path: string, cached: Cached): void {
    this.#drop(path);
    if (cached.sound.data.length > MAX_CACHED_OCTETS / 4) return;
    this.#cache.set(path, cached);
    this.#octets += cached.sound.data.length;
    for (const oldest of this.#cache.keys()) {
      if (this.#octets <= MAX_CACHED_OCTETS) break;
      this.#drop(oldest);
    }
  }

  #drop(path: string): void {
    const cached = this.#cache.get(path);
    if (cached === undefined) return;
    this.#cache.delete(path);
    this.#octets -= cached.sound.data.length;
  }
}
