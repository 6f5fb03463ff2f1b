import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  AriClient,
  AriConnectionError,
  AriError,
  type AriLogin,
  type Channel,
  type ConfigTuple,
} from './index.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

/** A client whose server answers what it is told to. */
function clientWith(answer: (sent: Sent) => Response | Promise<Response>, timeoutMs = 5_000) {
  const sent: Sent[] = [];
  const client = new AriClient({
    url: 'http://pbx:8088/ari/',
    username: 'ann',
    password: 'pässword:x',
    timeoutMs,
    fetch: async (url, init) => {
      sent.push({ url, init });
      return answer({ url, init });
    },
  });
  const last = () => {
    const { url, init } = sent.at(-1) ?? { url: '', init: {} };
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    return { url: url.replace('http://pbx:8088/ari', ''), method: init.method, body };
  };
  return { client, sent, last };
}

const done = () => new Response(null, { status: 204 });
const says = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });

describe('a login', () => {
  const authorization = async (login: AriLogin) => {
    let sent: ConstructorParameters<typeof Headers>[0];
    const client = new AriClient({
      ...{ url: 'http://pbx/ari', ...login },
      fetch: async (_url, init) => {
        sent = init.headers;
        return done();
      },
    });
    await client.channels.hangup({ channelId: '1' });
    return new Headers(sent).get('authorization');
  };

  it('is a user with a password, or a token', async () => {
    expect(await authorization({ username: 'ann', password: 'x' })).toBe('Basic YW5uOng=');
    expect(await authorization({ token: 'asm_1_2' })).toBe('Bearer asm_1_2');
  });
});

describe('a request', () => {
  it('puts parameters into path, query and body, and leaves out what is not given', async () => {
    const { client, last } = clientWith(done);
    await client.channels.hangup({ channelId: 'a/b?c', reason: undefined });
    expect(last()).toEqual({ url: '/channels/a%2Fb%3Fc', method: 'DELETE', body: undefined });
    await client.channels.setChannelVars({ channelId: '1', variables: { A: '1' } });
    expect(last()).toEqual({ url: '/channels/1/variables', method: 'POST', body: { variables: { A: '1' } } });
    await client.deviceStates.update({ deviceName: 'Stasis:x', deviceState: 'INUSE' });
    expect(last()).toEqual({
      url: '/deviceStates/Stasis%3Ax?deviceState=INUSE',
      method: 'PUT',
      body: undefined,
    });
  });

  it('sends several values with commas between them', async () => {
    const { client, last } = clientWith(() => says({}));
    await client.channels.play({ channelId: '1', media: ['sound:a', 'sound:b'], skipms: 5 });
    expect(last().url).toBe('/channels/1/play?media=sound%3Aa%2Csound%3Ab&skipms=5');
  });

  it('sends an object that is the body as the body', async () => {
    const { client, last } = clientWith(() => says({}));
    await client.applications.filter({
      applicationName: 'a',
      filter: { allowed: [{ type: 'StasisStart' }] },
    });
    expect(last().body).toEqual({ allowed: [{ type: 'StasisStart' }] });
  });

  it('says who it is in UTF-8', async () => {
    const { client, sent } = clientWith(() => says({}));
    await client.asterisk.ping();
    const headers = new Headers(sent[0]?.init.headers);
    expect(headers.get('authorization')).toBe(
      `Basic ${Buffer.from('ann:pässword:x', 'utf8').toString('base64')}`,
    );
  });

  it.each(['', '.', '..'])(
    'is not sent with %j in its path, which would be another operation',
    async (id) => {
      const { client, sent } = clientWith(done);
      await expect(client.channels.hangup({ channelId: id })).rejects.toThrow(
        'channels.hangup needs another',
      );
      expect(sent).toEqual([]);
    },
  );
});

describe('an answer', () => {
  it('has the type that the table says', async () => {
    const { client } = clientWith(() => says([]));
    expectTypeOf(client.channels.list()).resolves.toEqualTypeOf<readonly Channel[]>();
    expectTypeOf(client.channels.answer).parameter(0).toHaveProperty('channelId').toBeString();
    expectTypeOf<Parameters<typeof client.channels.hangup>[0]['reason']>()
      .extract<string>()
      .not.toEqualTypeOf<string>();
    expectTypeOf<NonNullable<Parameters<typeof client.asterisk.updateObject>[0]['fields']>>().toEqualTypeOf<
      readonly ConfigTuple[]
    >();
    expect(await client.channels.list()).toEqual([]);
  });

  it('may be bytes, or nothing', async () => {
    const bytes = clientWith(() => new Response(Uint8Array.of(1, 2, 3)));
    expect(await bytes.client.recordings.getStoredFile({ recordingName: 'r' })).toEqual(
      Uint8Array.of(1, 2, 3),
    );
    const nothing = clientWith(done);
    expect(await nothing.client.channels.answer({ channelId: '1' })).toBeUndefined();
  });

  it('that refuses is an error with status, code and message', async () => {
    const refusal = { message: 'Channel not found', code: 'CHANNEL_NOT_FOUND', hint: 'Look again.' };
    const { client } = clientWith(() => says(refusal, 404));
    const error: unknown = await client.channels.get({ channelId: '1' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AriError);
    expect(error).toMatchObject({ ...refusal, status: 404, operation: 'channels.get', name: 'AriError' });
  });

  it.each([
    ['{"message":"Invalid method"}', 'Invalid method'],
    ['{"error":"Bad"}', 'Bad'],
    ['<html>502</html>', 'HTTP status 502'],
    ['', 'HTTP status 502'],
    ['null', 'HTTP status 502'],
    ['{"message":7}', 'HTTP status 502'],
  ])('that refuses with %j still has a message', async (body, message) => {
    const { client } = clientWith(() => new Response(body, { status: 502 }));
    await expect(client.asterisk.ping()).rejects.toMatchObject({ message, status: 502, code: undefined });
  });

  it('that does not come is another error', async () => {
    const dead = clientWith(() => Promise.reject(new TypeError('fetch failed')));
    await expect(dead.client.asterisk.ping()).rejects.toBeInstanceOf(AriConnectionError);
    const cut = clientWith(() => new Response('{"ping":'));
    await expect(cut.client.asterisk.ping()).rejects.toThrow('The answer cannot be read');
    const never = ({ init }: Sent) =>
      new Promise<Response>((_, reject) => {
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    const slow = clientWith(never, 20);
    await expect(slow.client.asterisk.ping()).rejects.toThrow('No answer came in time');
    const controller = new AbortController();
    const waiting = clientWith(never).client.asterisk.ping({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
