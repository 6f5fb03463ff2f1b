/** ITU-T G.711: one octet a sample at 8 kHz. Linear samples are 16 bit. */

const ULAW_BIAS = 0x84;
const ULAW_CLIP = 32_635;
const INVERT_EVEN_BITS = 0x55;

function ulawToLinear(code: number): number {
  const inverted = ~code & 0xff;
  const magnitude = (((inverted & 0x0f) << 3) + ULAW_BIAS) << ((inverted & 0x70) >> 4);
  return inverted & 0x80 ? ULAW_BIAS - magnitude : magnitude - ULAW_BIAS;
}

function alawToLinear(code: number): number {
  const plain = code ^ INVERT_EVEN_BITS;
  const segment = (plain & 0x70) >> 4;
  const mantissa = (plain & 0x0f) << 4;
  const magnitude = segment === 0 ? mantissa + 8 : (mantissa + 0x108) << (segment - 1);
  return plain & 0x80 ? magnitude : -magnitude;
}

function linearToUlaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), ULAW_CLIP) + ULAW_BIAS;
  const segment = 24 - Math.clz32(magnitude);
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}

function linearToAlaw(sample: number): number {
  // One's complement for negative samples keeps the two halves symmetric around zero.
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = Math.min(sample < 0 ? ~sample : sample, 32_767) >> 4;
  const segment = magnitude < 32 ? magnitude >> 4 : 28 - Math.clz32(magnitude);
  const mantissa = segment < 2 ? magnitude & 0x0f : (magnitude >> (segment - 1)) & 0x0f;
  return (sign | (segment << 4) | mantissa) ^ INVERT_EVEN_BITS;
}

/** Linear value of each of the 256 codes. */
export const ulawDecode = Int16Array.from({ length: 256 }, (_, code) => ulawToLinear(code));
export const alawDecode = Int16Array.from({ length: 256 }, (_, code) => alawToLinear(code));

/** Code of each sample, indexed by the sample's 16 bits read as unsigned. */
export const ulawEncode = encodeTable(linearToUlaw);
export const alawEncode = encodeTable(linearToAlaw);

/** From one law to the other without the way over linear samples. */
export const ulawToAlaw = Uint8Array.from(ulawDecode, (sample) => alawEncode[sample & 0xffff] ?? 0);
export const alawToUlaw = Uint8Array.from(alawDecode, (sample) => ulawEncode[sample & 0xffff] ?? 0);

/** What silence is in each law. */
export const ULAW_SILENCE = 0xff;
export const ALAW_SILENCE = 0xd5;

function encodeTable(encode: (sample: number) => number): Uint8Array {
  const table = new Uint8Array(65_536);
  for (let i = 0; i < table.length; i++) table[i] = encode((i << 16) >> 16);
  return table;
}
