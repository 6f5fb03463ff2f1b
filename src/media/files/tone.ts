import { MediaError } from '../api.ts';

/** A step of a tone in the notation of indications.conf. */
export interface ToneStep {
  /** Hertz; 0 is silence. */
  readonly first: number;
  readonly second: number;
  /** `f1*f2`: the second modulates the first instead of being added. */
  readonly modulated: boolean;
  /** Milliseconds; 0 is for ever. */
  readonly ms: number;
  /** `!`: played in the first round only. */
  readonly once: boolean;
}

const MAX_STEPS = 64;
const MAX_FREQUENCY = 4_000;
const MAX_STEP_MS = 3_600_000;
const RATE = 8_000;
/** Peak of a single frequency: about -13 dBm0 for each. */
const AMPLITUDE = 6_000;

/** Call progress tones of North America, for names that come without a tone zone. */
const namedTones = new Map([
  ['dial', '350+440'],
  ['ring', '440+480/2000,0/4000'],
  ['busy', '480+620/500,0/500'],
  ['congestion', '480+620/250,0/250'],
  ['callwaiting', '440/300,0/10000'],
  ['dialrecall', '!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440'],
  ['record', '1400/500,0/15000'],
  ['info', '!950/330,!1400/330,!1800/330,0'],
  ['stutter', '!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440'],
]);

const DTMF_ROWS = [697, 770, 852, 941];
const DTMF_COLUMNS = [1209, 1336, 1477, 1633];
const DTMF_KEYS = '123A456B789C*0#D';

/** Reads a tone's name or its steps, as in `480+620/500,0/500` or `!950/330,0`. Throws `bad-tone`. */
export function parseTone(text: string): ToneStep[] {
  const steps = (namedTones.get(text) ?? text).split(',', MAX_STEPS + 1);
  if (steps.length > MAX_STEPS) throw new MediaError('bad-tone', `tone with more than ${MAX_STEPS} steps`);
  return steps.map((each) => parseStep(each.trim(), text));
}

function parseStep(step: string, text: string): ToneStep {
  const once = step.startsWith('!');
  const [sound = '', duration, extra] = (once ? step.slice(1) : step).split('/', 3);
  const modulated = sound.includes('*');
  const [first, second, third] = sound.split(modulated ? '*' : '+', 3);
  const ms = duration === undefined ? 0 : number(duration, MAX_STEP_MS);
  const low = number(first, MAX_FREQUENCY);
  const high = second === undefined ? 0 : number(second, MAX_FREQUENCY);
  if (
    extra !== undefined ||
    third !== undefined ||
    ms === undefined ||
    low === undefined ||
    high === undefined
  )
    throw new MediaError('bad-tone', `no tone: ${JSON.stringify(text.slice(0, 80))}`);
  return { first: low, second: high, modulated, ms, once };
}

function number(text: string | undefined, limit: number): number | undefined {
  if (text === undefined || text === '' || text.length > 8) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 && value <= limit ? value : undefined;
}

/** The two frequencies of a key; undefined for what is no key. */
export function dtmfTone(digit: string): ToneStep[] | undefined {
  const index = digit.length === 1 ? DTMF_KEYS.indexOf(digit.toUpperCase()) : -1;
  if (index < 0) return undefined;
  const first = DTMF_ROWS[index >> 2] ?? 0;
  const second = DTMF_COLUMNS[index & 3] ?? 0;
  return [{ first, second, modulated: false, ms: 0, once: false }];
}

/** Generates the samples of a tone at 8 kHz, one stretch after the other. */
export class ToneGenerator {
  readonly #steps: readonly ToneStep[];
  #index = 0;
  #sample = 0;
  #phase = 0;
  #repeating = false;

  constructor(steps: readonly ToneStep[]) {
    this.#steps = steps;
  }

  /** Fills `out`; returns how many samples were written, fewer than asked only when the tone is over. */
  fill(out: Int16Array): number {
    for (let i = 0; i < out.length; i++) {
      const step = this.#step();
      if (step === undefined) return i;
      out[i] = sampleOf(step, this.#phase++);
      this.#sample++;
    }
    return out.length;
  }

  restart(): void {
    this.#index = 0;
    this.#sample = 0;
    this.#phase = 0;
    this.#repeating = false;
  }

  /** The step of the next sample; undefined after the last of a tone that does not repeat. */
  #step(): ToneStep | undefined {
    for (let tries = 0; tries <= 2 * this.#steps.length; tries++) {
      const step = this.#steps[this.#index];
      if (step === undefined) {
        if (this.#repeating && this.#index === 0) return undefined;
        this.#index = 0;
        this.#repeating = true;
        continue;
      }
      const skipped = this.#repeating && step.once;
      if (!skipped && (step.ms === 0 || this.#sample < (step.ms * RATE) / 1000)) return step;
      this.#sample = 0;
      this.#index++;
    }
    return undefined;
  }
}

function sampleOf(step: ToneStep, at: number): number {
  const turn = (2 * Math.PI * at) / RATE;
  if (step.modulated) {
    return AMPLITUDE * Math.sin(turn * step.first) * (0.5 + 0.5 * Math.sin(turn * step.second)) * 1.5;
  }
  const first = step.first === 0 ? 0 : Math.sin(turn * step.first);
  const second = step.second === 0 ? 0 : Math.sin(turn * step.second);
  return AMPLITUDE * (first + second);
}
