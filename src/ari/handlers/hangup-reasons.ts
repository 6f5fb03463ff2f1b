import { AsterismError } from '../../errors/index.ts';

/** `reason` of a hangup, in ITU-T Q.850. */
const REASONS: ReadonlyMap<string, number> = new Map([
  ['normal', 16],
  ['busy', 17],
  ['congestion', 34],
  ['no_answer', 19],
  ['timeout', 102],
  ['rejected', 21],
  ['unallocated', 1],
  ['normal_unspecified', 31],
  ['number_incomplete', 28],
  ['codec_mismatch', 58],
  ['interworking', 127],
  ['failure', 38],
  ['answered_elsewhere', 26],
]);
const NORMAL_CLEARING = 16;
const HIGHEST_CAUSE = 127;

/** The Q.850 cause that a client asks for by name or by number. @throws {AsterismError} */
export function hangupCause(reason: string | undefined, code: string | undefined): number {
  if (code === undefined) {
    const cause = REASONS.get(reason ?? 'normal');
    if (cause !== undefined) return cause;
    throw new AsterismError('HANGUP_REASON_INVALID', {
      field: 'reason',
      hint: `Accepted: ${[...REASONS.keys()].join(', ')}.`,
    });
  }
  if (reason !== undefined) throw new AsterismError('HANGUP_REASON_TWICE');
  if (!/^\d{1,9}$/.test(code)) {
    throw new AsterismError('HANGUP_CODE_INVALID', {
      field: 'reason_code',
      hint: `Accepted: a Q.850 cause from 1 to ${HIGHEST_CAUSE}.`,
    });
  }
  // Numbers that are no cause are accepted, and end the call like any other.
  const cause = Number(code);
  return cause === 0 || cause > HIGHEST_CAUSE ? NORMAL_CLEARING : cause;
}
