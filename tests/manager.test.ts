import { afterEach, describe, expect, it } from 'vitest';
import { AmiTestClient, managerConf, told } from './support/ami.ts';
import { freePort, Instance } from './support/instance.ts';

const instances: Instance[] = [];
afterEach(async () => {
  await Promise.all(instances.splice(0).map((each) => each.close()));
});

async function begin(): Promise<{ server: Instance; port: number }> {
  const port = await freePort();
  const server = await Instance.create({
    'manager.conf': managerConf(port),
    'extensions.conf': '[default]\nexten => 101,hint,Custom:lamp\n',
  });
  instances.push(server);
  await server.start();
  return { server, port };
}

async function login(port: number, ...more: string[]): Promise<AmiTestClient> {
  const client = new AmiTestClient(port);
  await client.login('admin', 's3cret', ...more);
  return client;
}

describe('the manager interface of a running server', () => {
  it('sees what the console does, and the console sees it', async () => {
    const { server, port } = await begin();
    const client = await login(port);
    expect(told(await client.until('Event', 'FullyBooted'), 'Status')).toBe('Fully Booted');
    expect((await server.rx('manager show connected')).stdout).toMatch(
      /^ {2}admin .*\n1 users connected\.$/m,
    );
    await server.rx('devstate change Custom:lamp INUSE');
    expect(told(await client.until('Event', 'ExtensionStatus'), 'StatusText')).toBe('InUse');
    const answer = await client.ask('Action: Command', 'Command: core show hints');
    expect(answer.some(([name, value]) => name === 'Output' && value.includes('Custom:lamp'))).toBe(true);
    client.close();
  });

  it('keeps its clients when manager.conf is read again', async () => {
    const { server, port } = await begin();
    const client = await login(port, 'Events: system');
    server.write(
      'manager.conf',
      `[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=${port}\n[other]\nsecret=other\nread=all\nwrite=all\n`,
    );
    await server.rx('manager reload');
    expect(told(await client.until('Event', 'Reload'), 'Module')).toBe('manager');
    expect((await client.ask('Action: Ping'))[0]).toEqual(['Response', 'Success']);
    expect((await server.rx('manager show users')).stdout).toContain('\nother\n');
    client.close();
  });

  it('tells that the server stops', async () => {
    const { server, port } = await begin();
    const client = await login(port, 'Events: system');
    await server.rx('core stop now');
    expect((await client.until('Event', 'Shutdown')).slice(2)).toEqual([
      ['Shutdown', 'Cleanly'],
      ['Restart', 'False'],
    ]);
    await client.closed;
  });
});
