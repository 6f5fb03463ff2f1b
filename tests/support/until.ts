const LOOK_EVERY_MS = 10;

/** Resolves once `what` says so, looking often. @throws {Error} after `ms` milliseconds */
export async function until(what: () => boolean | Promise<boolean>, ms = 8_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
