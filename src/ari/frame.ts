import { randomFillSync } from 'node:crypto';

const TEXT_FRAME = 0x81;
const MASKED = 0x80;
const MASK_BYTES = 4;

/**
 * A whole text message in one frame (RFC 6455 §5.2). A message that goes to several readers is encoded once; only its end,
 * which names the application, differs. Who opened the connection has to mask what it sends (§5.3).
 */
export function textFrame(start: Buffer, end: Buffer, masked = false): Buffer {
  const size = start.length + end.length;
  const head = (size < 126 ? 2 : size < 65_536 ? 4 : 10) + (masked ? MASK_BYTES : 0);
  const frame = Buffer.allocUnsafe(head + size);
  const flag = masked ? MASKED : 0;
  frame[0] = TEXT_FRAME;
  if (size < 126) frame[1] = size | flag;
  else if (size < 65_536) {
    frame[1] = 126 | flag;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 127 | flag;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(size, 6);
  }
  start.copy(frame, head);
  end.copy(frame, head + start.length);
  if (masked) mask(frame, head);
  return frame;
}

/** Random bytes for masks, fetched many at a time. */
const pool = Buffer.alloc(4_096);
let used = pool.length;

function mask(frame: Buffer, head: number): void {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  pool.copy(frame, head - MASK_BYTES, used, used + MASK_BYTES);
  used += MASK_BYTES;
  for (let at = head; at < frame.length; at++) {
    frame[at] = (frame[at] ?? 0) ^ (frame[head - MASK_BYTES + ((at - head) & 3)] ?? 0);
  }
}
