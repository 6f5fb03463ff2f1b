import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Instance } from './support/instance.ts';

/** Stands for every password here; it may be in what an administrator asks for, and nowhere else. */
const CANARY = 'canary-8f2d';

let server: Instance;
const refusals: string[] = [];

beforeAll(async () => {
  server = await Instance.create({
    'logger.conf':
      '[general]\n[logfiles]\nfull=debug,trace,notice,warning,error,verbose(9),security\nfull.json=[json]debug,notice,warning,error,verbose(9),security\n',
    'sorcery.conf': '[res_pjsip]\nauth=astdb,ps_auths\n',
    'ari.conf': `[general]\nenabled=yes
[asterisk]\ntype=user\npassword=secret
[reader]\ntype=user\nread_only=yes\npassword=readonly
[strange]\ntype=user\npassword_format=crypt\npassword=${CANARY}
[wrong]\ntype=user\npassword_format=${'bogus'}\npassword=${CANARY}
`,
    'pjsip.conf': `[transport-udp]
type=transport
protocol=udp
bind=127.0.0.1:@SIP@
password=${CANARY}
nosuch=1

[filed]
type=endpoint
pasword=${CANARY}
`,
  });
  await server.start();
});
afterAll(() => server.close());

/** Everything that the server has said to the log, the terminal and those whom it refused. */
function said(): string {
  const folder = join(server.dir, 'log');
  const logs = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return [
    server.output,
    ...refusals,
    ...logs.map((each) => readFileSync(join(each.parentPath ?? folder, each.name), 'utf8')),
  ].join('\n');
}

const auth = '/asterisk/config/dynamic/res_pjsip/auth/alice';
const fields = (each: Record<string, string>) => ({
  fields: Object.entries(each).map(([attribute, value]) => ({ attribute, value })),
});

describe('a password', () => {
  it('that is pushed is kept, and shown to those who may change it', async () => {
    const pushed = await server.push('auth', 'alice', { username: 'alice', password: CANARY });
    expect(pushed.status).toBe(200);
    expect(JSON.stringify((await server.ari('GET', auth)).body)).toContain(CANARY);
  });

  it('is not shown to a user who only reads', async () => {
    const shown = await server.ari('GET', auth, undefined, 'reader:readonly');
    expect(shown.status).toBe(200);
    expect(JSON.stringify(shown.body)).toContain('alice');
    refusals.push(JSON.stringify(shown.body));
  });

  it('is in no refusal of what was pushed', async () => {
    for (const body of [
      fields({ md5_cred: CANARY }),
      fields({ password_digest: `MD5:${CANARY}` }),
      fields({ password: CANARY, nosuch: '1' }),
      fields({ password: `${CANARY}\u0000` }),
      { fields: [{ attribute: 'password', value: [CANARY] }] },
      `{"fields":[{"attribute":"password","value":"${CANARY}"},}`,
      `{"password":${CANARY}}`,
      CANARY,
    ]) {
      const { status, body: answer } = await server.ari('PUT', auth, body);
      expect(status).toBe(400);
      refusals.push(JSON.stringify(answer));
    }
  });

  it('is in no refusal of a login', async () => {
    for (const user of [
      `asterisk:${CANARY}`,
      `nosuch:${CANARY}`,
      `strange:${CANARY}`,
      `wrong:${CANARY}`,
      CANARY,
    ]) {
      const { status, body } = await server.ari('GET', '/asterisk/ping', undefined, user);
      expect(status).toBe(401);
      refusals.push(JSON.stringify(body));
    }
    const response = await fetch(
      `http://127.0.0.1:${server.httpPort}/ari/asterisk/ping?api_key=asterisk:${CANARY}`,
    );
    expect(response.status).toBe(401);
    refusals.push(await response.text());
  });

  it('is in no list of the console', async () => {
    for (const command of [
      'pjsip show auths',
      'pjsip list auths',
      'pjsip show endpoints',
      'module show',
      'core show settings',
    ]) {
      const { stdout } = await server.rx(command);
      if (command.endsWith('auths')) expect(stdout).toContain('alice');
      refusals.push(stdout);
    }
  });

  it('has gone into no log, no terminal and no refusal, at any level', async () => {
    await server.rx(`database get ps_auths nosuch`);
    await server.stop();
    expect(said()).toContain('nosuch');
    expect(
      said()
        .split('\n')
        .filter((line) => line.includes(CANARY)),
    ).toEqual([]);
  });
});
