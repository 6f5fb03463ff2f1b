let second = Number.NaN;
let secondText = '';

/** `2026-11-21T00:31:21.004+0000`, of milliseconds since 1970: how events show a moment. Many fall into one second. */
export function utcStamp(ms: number): string {
  const whole = Math.floor(ms / 1000);
  if (whole !== second) {
    secondText = new Date(whole * 1000).toISOString().slice(0, -4);
    second = whole;
  }
  const rest = Math.floor(ms) - whole * 1000;
  return `${secondText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}+0000`;
}
