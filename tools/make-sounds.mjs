// Makes the sound files in sounds/en out of formulas: `node tools/make-sounds.mjs`. Everything is 8 kHz mono; the same
// formulas give the same files. Formats are mixed so that each reader has a file to read.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RATE = 8000;
const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'sounds', 'en');

/** `ms` milliseconds of the sum of `frequencies`, with soft edges so that nothing clicks. */
function tone(frequencies, ms, level = 0.5, fadeMs = 5) {
  const count = (RATE * ms) / 1000;
  const fade = (RATE * fadeMs) / 1000;
  return Float64Array.from({ length: count }, (_, i) => {
    const edge = Math.min(1, i / fade, (count - i) / fade);
    const sum = frequencies.reduce((value, f) => value + Math.sin((2 * Math.PI * f * i) / RATE), 0);
    return (level * edge * sum) / frequencies.length;
  });
}

/** A struck bell: partials that die away, the high ones first. */
function bell(frequency, ms, level = 0.5) {
  const partials = [1, 2, 2.76, 4.1].filter((ratio) => ratio * frequency < RATE / 2 - 200);
  return Float64Array.from({ length: (RATE * ms) / 1000 }, (_, i) => {
    const t = i / RATE;
    const attack = Math.min(1, t / 0.004);
    const sum = partials.reduce(
      (value, ratio, n) =>
        value + (Math.sin(2 * Math.PI * ratio * frequency * t) * Math.exp(-t * (3 + 4 * n))) / (n + 1),
      0,
    );
    return (level * attack * sum) / 1.5;
  });
}

const silence = (ms) => new Float64Array((RATE * ms) / 1000);
const sequence = (...parts) => Float64Array.from(parts.flatMap((part) => [...part]));

/** Notes one after the other, each ringing on under the next. */
function melody(notes, stepMs, ringMs) {
  const out = new Float64Array((RATE * (stepMs * (notes.length - 1) + ringMs)) / 1000);
  notes.forEach((note, n) => {
    bell(note, ringMs, 0.4).forEach((value, i) => {
      out[(n * stepMs * RATE) / 1000 + i] += value;
    });
  });
  return out;
}

const C5 = 523.25;
const D5 = 587.33;
const E5 = 659.26;
const G5 = 783.99;
const A5 = 880;
const C6 = 1046.5;

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477, 1633];
const keys = '123A456B789C*0#D';
/** The tone of a key of a telephone. */
function key(name) {
  const index = keys.indexOf(name);
  return sequence(tone([rows[index >> 2], columns[index & 3]], 200, 0.4), silence(60));
}

const sounds = [
  ['beep', 'ulaw', tone([1000], 250)],
  ['beeperr', 'ulaw', sequence(tone([400], 150), silence(60), tone([300], 250))],
  ['hello-world', 'wav', melody([C5, E5, G5, C6], 220, 900)],
  ['demo-congrats', 'alaw', melody([G5, E5, G5, A5, G5, C6, C6], 180, 1100)],
  ['vm-goodbye', 'wav', melody([C6, G5, E5, C5], 220, 900)],
  ['vm-intro', 'alaw', melody([E5, D5, C5], 250, 700)],
  ['hello', 'sln', melody([C5, G5], 200, 500)],
  ['tones/dial', 'ulaw', tone([350, 440], 1000, 0.4)],
  ['tones/ring', 'ulaw', tone([440, 480], 1000, 0.4)],
  ['tones/busy', 'ulaw', sequence(tone([480, 620], 500, 0.4), silence(500))],
  ['tones/congestion', 'alaw', sequence(tone([480, 620], 250, 0.4), silence(250))],
  ['tones/milliwatt', 'sln', tone([1000], 500)],
  ...[...'0123456789'].map((digit) => [`digits/${digit}`, 'ulaw', key(digit)]),
  ['digits/star', 'ulaw', key('*')],
  ['digits/pound', 'ulaw', key('#')],
  ['digits/minus', 'ulaw', sequence(tone([300], 200, 0.4), silence(60))],
  ['silence/1', 'ulaw', silence(1000)],
  ['silence/2', 'ulaw', silence(2000)],
];

/** ITU-T G.711, μ-law. */
function ulaw(sample) {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32635) + 0x84;
  const segment = 24 - Math.clz32(magnitude);
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}

/** ITU-T G.711, A-law. */
function alaw(sample) {
  const magnitude = Math.min(sample < 0 ? ~sample : sample, 32767) >> 4;
  const segment = magnitude < 32 ? magnitude >> 4 : 28 - Math.clz32(magnitude);
  const mantissa = segment < 2 ? magnitude & 0x0f : (magnitude >> (segment - 1)) & 0x0f;
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | mantissa) ^ 0x55;
}

function slin(samples) {
  const octets = Buffer.alloc(samples.length * 2);
  for (const [i, sample] of samples.entries()) octets.writeInt16LE(sample, i * 2);
  return octets;
}

function wav(samples) {
  const data = slin(samples);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

const coders = {
  ulaw: (samples) => Uint8Array.from(samples, ulaw),
  alaw: (samples) => Uint8Array.from(samples, alaw),
  sln: slin,
  wav,
};

rmSync(folder, { recursive: true, force: true });
let total = 0;
for (const [name, extension, values] of sounds) {
  const samples = Int16Array.from(values, (value) =>
    Math.max(-32768, Math.min(32767, Math.round(value * 32767))),
  );
  const octets = coders[extension](samples);
  const path = join(folder, `${name}.${extension}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, octets);
  total += octets.length;
}
console.log(`${sounds.length} sounds, ${Math.round(total / 1000)} kB in ${folder}`);
