// Answers every call of the application "hello", says which digits came, and hangs up on #.
//   ARI_URL=http://127.0.0.1:8088/ari ARI_USER=asterisk ARI_PASSWORD=… node examples/answer.mjs
import { AriClient, AriError } from '@asterism/ari-client';

const client = new AriClient({
  url: process.env.ARI_URL ?? 'http://127.0.0.1:8088/ari',
  username: process.env.ARI_USER ?? 'asterisk',
  password: process.env.ARI_PASSWORD ?? '',
  // Node 22 and browsers have a WebSocket of their own.
  webSocket: globalThis.WebSocket ?? (await import('ws')).WebSocket,
});
const events = client.listen({ apps: 'hello', resume: true });

events.onChange(({ state, error }) =>
  console.log(`connection: ${state}${error ? `: ${error.message}` : ''}`),
);

events.on('StasisStart', async ({ channel }) => {
  try {
    console.log(`${channel.name} calls`);
    await client.channels.answer({ channelId: channel.id });
  } catch (error) {
    // Callers may be gone before they are answered.
    if (!(error instanceof AriError && error.status === 404)) throw error;
  }
});

events.on('ChannelDtmfReceived', async ({ channel, digit }) => {
  console.log(`${channel.name} sent ${digit}`);
  if (digit === '#') await client.channels.hangup({ channelId: channel.id, reason: 'normal' });
});

events.on('StasisEnd', ({ channel }) => console.log(`${channel.name} is gone`));

process.once('SIGINT', () => events.close());
