import { type FinishReason, MediaError, type PlayOptions } from '../api.ts';
import type { FormatName } from '../codecs/formats.ts';
import type { Transcoder } from '../codecs/transcoder.ts';
import type { SoundLibrary } from '../files/sound-library.ts';
import { openItem } from './play-item.ts';
import type { PlaybackAction } from './protocol.ts';
import type { Source } from './source.ts';

/** What a player tells while it plays. */
export interface PlayerListener {
  started(index: number): void;
  skipped(index: number, error: MediaError): void;
  /** Comes once, last. */
  finished(reason: FinishReason): void;
}

type Opened = { readonly source: Source } | { readonly error: MediaError };

/** Plays a list of items, one frame each time it is asked. Files are opened while the item before plays. */
export class Player {
  readonly #options: PlayOptions;
  readonly #library: SoundLibrary;
  readonly #format: FormatName;
  readonly #listener: PlayerListener;
  readonly #opening = new Map<number, Promise<Opened>>();
  #index = -1;
  #source: Source | undefined;
  #paused = false;
  #announced = false;
  #played = false;
  #over = false;

  /** `format` is that of the channel: of several files the one closest to it is taken. */
  constructor(options: PlayOptions, library: SoundLibrary, format: FormatName, listener: PlayerListener) {
    this.#options = options;
    this.#library = library;
    this.#format = format;
    this.#listener = listener;
    this.#advance();
  }

  get over(): boolean {
    return this.#over;
  }

  /** The next frame in the transcoder's format; undefined while paused, while a file is opened, and after the end. */
  frame(transcoder: Transcoder): Uint8Array | undefined {
    while (!this.#over && !this.#paused) {
      if (this.#source === undefined) return undefined;
      const frame = this.#source.next(transcoder);
      if (frame) {
        if (!this.#announced) {
          this.#announced = true;
          this.#listener.started(this.#index);
        }
        return frame;
      }
      this.#advance();
    }
    return undefined;
  }

  control(action: PlaybackAction, ms: number): void {
    const source = this.#source;
    switch (action) {
      case 'pause':
        this.#paused = true;
        return;
      case 'resume':
        this.#paused = false;
        return;
      case 'restart':
        source?.seek(0);
        return;
      case 'reverse':
        source?.seek(source.positionMs - ms);
        return;
      case 'forward':
        if (source === undefined) return;
        if (source.positionMs + ms >= source.lengthMs) this.#advance();
        else source.seek(source.positionMs + ms);
        return;
      case 'stop':
        this.finish('stopped');
    }
  }

  /** Ends it now, unless it is over. */
  finish(reason: FinishReason): void {
    if (this.#over) return;
    this.#over = true;
    this.#source = undefined;
    this.#opening.clear();
    this.#listener.finished(reason);
  }

  #advance(): void {
    this.#source = undefined;
    this.#announced = false;
    this.#index++;
    if (this.#index >= this.#options.items.length) {
      this.finish(this.#played ? 'done' : 'failed');
      return;
    }
    const index = this.#index;
    void this.#open(index).then((opened) => {
      if (this.#over || this.#index !== index) return;
      this.#opening.delete(index);
      if ('error' in opened) {
        this.#listener.skipped(index, opened.error);
        this.#advance();
        return;
      }
      this.#source = opened.source;
      this.#played = true;
      if (index === 0 && this.#options.offsetMs !== undefined) opened.source.seek(this.#options.offsetMs);
      if (index + 1 < this.#options.items.length) void this.#open(index + 1);
    });
  }

  #open(index: number): Promise<Opened> {
    let opening = this.#opening.get(index);
    if (opening === undefined) {
      const item = this.#options.items[index] ?? '';
      opening = openItem(item, this.#options, this.#format, this.#library).then(
        (source) => ({ source }),
        (error: unknown) => ({ error: asMediaError(error, item) }),
      );
      this.#opening.set(index, opening);
    }
    return opening;
  }
}

function asMediaError(error: unknown, item: string): MediaError {
  if (error instanceof MediaError) return error;
  return new MediaError(
    'sound-unreadable',
    `${item}: ${error instanceof Error ? error.message : String(error)}`,
  );
}
