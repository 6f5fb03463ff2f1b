import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What is published to a diagnostics channel while something runs. */
export async function published(name: string, during: () => unknown): Promise<unknown[]> {
  const heard: unknown[] = [];
  const listener = (message: unknown) => void heard.push(message);
  subscribe(name, listener);
  try {
    await during();
  } finally {
    unsubscribe(name, listener);
  }
  return heard;
}
