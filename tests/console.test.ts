import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { exec, freePort, Instance, type Ran } from './support/instance.ts';
import { phoneConf, UDP } from './support/pjsip-conf.ts';
import { haveSipp, sipp } from './support/sipp.ts';

const program = fileURLToPath(new URL('../bin/asterism.mjs', import.meta.url));
const run = (...args: string[]): Promise<Ran> => exec(process.execPath, [program, ...args]);

/** Alice calls `wait`, and is answered for four seconds. */
const CALL_THAT_WAITS = {
  'pjsip.conf': UDP + phoneConf('alice'),
  'extensions.conf': '[default]\nexten => wait,1,Answer()\n same => n,Wait(4)\n same => n,Hangup()\n',
};

const instances: Instance[] = [];
afterEach(async () => {
  await Promise.all(instances.splice(0).map((each) => each.close()));
});

async function create(files: Record<string, string> = {}): Promise<Instance> {
  const instance = await Instance.create(files);
  instances.push(instance);
  return instance;
}

async function begin(files: Record<string, string> = {}): Promise<Instance> {
  const instance = await create(files);
  await instance.start();
  return instance;
}

async function soon(holds: () => boolean | Promise<boolean>, seconds = 10): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(50)) if (await holds()) return;
  expect.fail('it did not come true');
}

/** Whether somebody accepts connections on a port of this machine. */
function open(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe('the command line', () => {
  it('tells versions and flags, and refuses what it does not know', async () => {
    const [version, help, unknown, word] = await Promise.all([run('-V'), run('-h'), run('-Z'), run('start')]);
    expect(version.stdout).toMatch(/^Asterisk 22\.10\.\d+ \(Asterism \d+\.\d+\.\d+\)\n$/);
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('-rx') });
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('no flag -Z') });
    expect(word.code).toBe(1);
  });

  it('ends -rx at once, with status 1 and one clear line, where no server is', async () => {
    const { dir, confFile } = await create();
    const before = Date.now();
    const [none, noFile, noFolder] = await Promise.all([
      run('-C', confFile, '-rx', 'core show version'),
      run('-C', join(dir, 'nosuch.conf'), '-rx', 'core show version'),
      run('-C', confFile, '-s', join(dir, 'no/such/socket'), '-rx', 'core show version'),
    ]);
    expect(Date.now() - before).toBeLessThan(5_000);
    expect(none).toEqual({
      code: 1,
      stdout: '',
      stderr: `Unable to connect to remote asterisk (does ${dir}/run/asterisk.ctl exist?)\n`,
    });
    expect(noFile).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nosuch.conf') });
    expect(noFolder).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('no/such/socket'),
    });
  });

  it('prints what -rx asked for and nothing else, whatever other flags scripts add', async () => {
    const server = await begin();
    const uptime = /^System uptime: .*\nLast reload: .*\n$/;
    for (const flags of [
      ['-rx'],
      ['-x'],
      ['-qnvvvrx'],
      ['-r', '-s', `${server.dir}/run/asterisk.ctl`, '-x'],
    ]) {
      const ran = await run('-C', server.confFile, ...flags, 'core show uptime');
      expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(uptime), stderr: '' });
    }
    expect(await run('-C', server.confFile, '-rx', 'core nosuch')).toMatchObject({ code: 0 });
    expect(await run('-C', server.confFile, '-rx', '')).toMatchObject({ code: 0, stdout: '' });
    const cut = spawnSync('sh', [
      '-c',
      `"$0" "$1" -C "$2" -rx "core show help" | head -n 1`,
      process.execPath,
      program,
      server.confFile,
    ]);
    expect(cut.stderr.toString()).toBe('');
    const piped = spawnSync(process.execPath, [program, '-C', server.confFile, '-r'], {
      input: 'core show uptime\n',
    });
    expect(piped.stdout.toString()).toMatch(/^Asterism .*\nSystem uptime: /);
    expect(piped.status).toBe(0);
  });
});

describe('starting', () => {
  it('answers `core waitfullybooted` when every listener is open', async () => {
    const amiPort = await freePort();
    const server = await create({
      'manager.conf': `[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=${amiPort}\n`,
    });
    const child = spawn(process.execPath, [program, '-f', '-C', server.confFile], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    const socket = join(server.dir, 'run/asterisk.ctl');
    await soon(() => existsSync(socket));
    await soon(async () => {
      const said = await server.rx('core waitfullybooted');
      if (said.code !== 0) return false;
      expect(said.stdout).toBe('Asterisk has fully booted.\n');
      return true;
    });
    expect(await Promise.all([server.httpPort, amiPort, server.sipPort].map(open))).toEqual([
      true,
      true,
      true,
    ]);
    expect(readFileSync(join(server.dir, 'run/asterisk.pid'), 'utf8')).toBe(`${child.pid}\n`);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(readdirSync(join(server.dir, 'run'))).toEqual([]);
  });

  it('stays in front with its input open or closed', async () => {
    for (const redirect of ['<&-', '</dev/null', '']) {
      const server = await create();
      const child = spawn(
        'sh',
        ['-c', `exec "$0" "$1" -f -C "$2" ${redirect}`, process.execPath, program, server.confFile],
        { stdio: ['pipe', 'ignore', 'ignore'] },
      );
      const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
      await soon(async () => (await server.rx('core waitfullybooted')).code === 0);
      await wait(200);
      expect(child.exitCode).toBeNull();
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  });

  it('goes to the background without -f', async () => {
    const server = await create();
    const ran = await run('-C', server.confFile);
    expect(ran.code).toBe(0);
    await soon(async () => (await server.rx('core waitfullybooted')).code === 0);
    await server.rx('core stop now');
    await soon(() => !existsSync(join(server.dir, 'run/asterisk.pid')));
  });

  it('stays in front, or leaves, as asterisk.conf says', async () => {
    const server = await create();
    const text = readFileSync(server.confFile, 'utf8');
    server.write('asterisk.conf', `${text}[options]\nnofork = yes\n`);
    const child = spawn(process.execPath, [program, '-C', server.confFile], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    await soon(async () => (await server.rx('core waitfullybooted')).code === 0);
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    server.write('asterisk.conf', `${text}[options]\nalwaysfork = yes\n`);
    expect((await run('-f', '-C', server.confFile)).code).toBe(0);
    await soon(async () => (await server.rx('core waitfullybooted')).code === 0);
    await server.rx('core stop now');
    await soon(() => !existsSync(join(server.dir, 'run/asterisk.pid')));
  });

  it('runs as the user and group that are asked for, and not at all when it may not', async () => {
    const { confFile } = await create();
    const [user, group] = await Promise.all([
      run('-f', '-C', confFile, '-U', 'nosuchuser'),
      run('-f', '-C', confFile, '-G', 'nosuchgroup'),
    ]);
    expect(user).toMatchObject({ code: 1, stderr: expect.stringContaining("user 'nosuchuser'") });
    expect(group).toMatchObject({ code: 1, stderr: expect.stringContaining("group 'nosuchgroup'") });
  });

  it.runIf(process.getuid?.() === 0)('gives up the rights of root with runuser', async () => {
    const server = await create();
    const text = readFileSync(server.confFile, 'utf8');
    server.write('asterisk.conf', `${text}[options]\nrunuser = nobody\n`);
    spawnSync('chown', ['-R', 'nobody', server.dir]);
    await server.start();
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    const nobody = spawnSync('id', ['-u', 'nobody']).stdout.toString().trim();
    expect(status).toMatch(new RegExp(`^Uid:\\t${nobody}\\t${nobody}\\t${nobody}\\t${nobody}$`, 'm'));
    expect(status).not.toMatch(/^Gid:\t0/m);
    expect(status).not.toMatch(/^Groups:.*\b0\b/m);
  });

  it('of a second server in the same folder fails and leaves the first alone', async () => {
    const server = await begin();
    const second = await run('-f', '-C', server.confFile);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('already runs') });
    expect((await server.rx('core show version')).code).toBe(0);
  });

  it('of two servers in two folders keeps them apart', async () => {
    const [one, two] = await Promise.all([begin(), begin()]);
    await one.rx('database put fam key one');
    await two.rx('database put fam key two');
    expect(await one.cli('database get fam key')).toEqual(['Value: one']);
    expect(await two.cli('database get fam key')).toEqual(['Value: two']);
    await one.stop();
    expect((await two.rx('core show version')).code).toBe(0);
    expect((await one.rx('core show version')).code).toBe(1);
  });

  it('takes every path from asterisk.conf, which may include a quoted absolute path', async () => {
    const server = await create();
    const other = join(server.dir, 'elsewhere');
    mkdirSync(other);
    const text = readFileSync(server.confFile, 'utf8').replaceAll(`${server.dir}/run`, `${other}/run`);
    writeFileSync(join(other, 'directories.conf'), text.replace('[directories]', '[directories](!)'));
    server.write('asterisk.conf', `#include "${other}/directories.conf"\n[options]\nsystemname = lab\n`);
    await server.start();
    expect(existsSync(join(other, 'run/asterisk.ctl'))).toBe(true);
    expect(readdirSync(join(server.dir, 'run'))).toEqual([]);
    expect((await server.cli('core show settings')).join('\n')).toMatch(/System name: +lab/);
  });
});

describe('stopping', () => {
  it.each([
    ['now', 'core stop now'],
    ['gracefully', 'core stop gracefully'],
    ['when convenient', 'core stop when convenient'],
  ])('%s ends with status 0 and leaves nothing in astrundir', async (_how, command) => {
    const server = await begin();
    const exit = server.exited();
    expect(await server.rx(command)).toMatchObject({ code: 0, stdout: '' });
    expect(await exit).toBe(0);
    expect(readdirSync(join(server.dir, 'run'))).toEqual([]);
  });

  it('by SIGTERM is clean, and what was logged is in the file', async () => {
    const server = await begin();
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(readFileSync(join(server.dir, 'log/full'), 'utf8')).toContain('is ready');
    expect((await server.rx('core show version')).code).toBe(1);
  });

  it('and starting again under the same process is `core restart now`', async () => {
    const server = await begin();
    const pid = () => readFileSync(join(server.dir, 'run/asterisk.pid'), 'utf8');
    const before = pid();
    await server.rx('core restart now');
    await soon(() => existsSync(join(server.dir, 'run/asterisk.pid')) && pid() !== before);
    await soon(async () => (await server.rx('core waitfullybooted')).code === 0);
    expect(await server.stop('SIGTERM')).toBe(0);
    await soon(() => !existsSync(join(server.dir, 'run/asterisk.pid')));
  });

  it.runIf(haveSipp)('gracefully waits for the calls that there are and refuses new ones', async () => {
    const server = await begin(CALL_THAT_WAITS);
    const call = {
      scenario: 'call',
      server: server.sipPort,
      user: 'alice',
      password: 'secret',
      service: 'wait',
    } as const;
    const first = sipp(call);
    await soon(async () => (await server.cli('core show channels count'))[0] === '1 active channel');
    const exit = server.exited();
    await server.rx('core stop gracefully');
    const second = await sipp(call);
    expect(second.code).not.toBe(0);
    expect(await server.cli('core show channels count')).toContain('1 call processed');
    expect((await first).code).toBe(0);
    expect(await exit).toBe(0);
  });
});

describe('a stop that waits', () => {
  const files = CALL_THAT_WAITS;
  const call = (server: Instance) =>
    sipp({
      scenario: 'call',
      server: server.sipPort,
      user: 'alice',
      password: 'secret',
      service: 'wait',
    });
  const busy = async (server: Instance) => (await server.cli('core show channels count'))[0];

  it.runIf(haveSipp)('until it is convenient takes new calls, and ends behind the last', async () => {
    const server = await begin(files);
    const first = call(server);
    await soon(async () => (await busy(server)) === '1 active channel');
    const exit = server.exited();
    await server.rx('core stop when convenient');
    const second = call(server);
    await soon(async () => (await busy(server)) === '2 active channels');
    expect((await Promise.all([first, second])).map((each) => each.code)).toEqual([0, 0]);
    expect(await exit).toBe(0);
  });

  it.runIf(haveSipp)('can be taken back, and then calls are taken again', async () => {
    const server = await begin(files);
    expect((await server.rx('core abort shutdown')).stdout).toBe('No shutdown is in progress.\n');
    const first = call(server);
    await soon(async () => (await busy(server)) === '1 active channel');
    await server.rx('core stop gracefully');
    expect((await server.rx('core abort shutdown')).stdout).toBe('Shutdown is cancelled.\n');
    expect((await first).code).toBe(0);
    expect((await call(server)).code).toBe(0);
    expect((await server.rx('core show version')).code).toBe(0);
  });
});

describe('a file that is broken', () => {
  const broken = ['http', 'ari', 'manager', 'acl', 'rtp', 'pjsip', 'extensions', 'sorcery', 'logger'];

  it('keeps nothing else from starting, and is told with its line', async () => {
    const server = await create();
    for (const name of broken) server.write(`${name}.conf`, ';\n;\n[unclosed\n');
    await server.start();
    // Without logger.conf there are no log files, only the console.
    for (const name of broken) expect(server.output).toContain(`${name}.conf:3: `);
    expect(server.output).toContain('is ready');
    expect((await server.rx('core show uptime')).code).toBe(0);
  });

  it.each(['asterisk', 'modules'])('%s.conf ends the start with its line', async (name) => {
    const server = await create();
    server.write(`${name}.conf`, ';\n;\n[unclosed\n');
    const ran = await run('-f', '-C', server.confFile);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining(`${name}.conf:3: `) });
  });

  it('never stops what is running', async () => {
    const server = await begin({
      'pjsip.conf': `${UDP}[alice]\ntype=endpoint\n`,
    });
    // rtp.conf and sorcery.conf are read at the start only; a broken acl.conf is told before manager.conf is read.
    const read = broken.filter((name) => !['rtp', 'sorcery', 'acl'].includes(name));
    for (const name of [...read, 'modules', 'sorcery', 'rtp'])
      server.write(`${name}.conf`, ';\n;\n[unclosed\n');
    await server.rx('core reload');
    const log = () => readFileSync(join(server.dir, 'log/full'), 'utf8');
    await soon(() => log().includes('ari.conf:3: '));
    expect(read.filter((name) => !log().includes(`${name}.conf:3: `))).toEqual([]);
    expect((await server.object('endpoint', 'alice')).status).toBe(200);
    expect(await server.cli('pjsip list endpoints')).toContain('Objects found: 1');
    expect((await server.cli('dialplan show echo@default')).join('\n')).toContain('Echo');
    expect((await server.cli('logger show channels')).at(-1)).toContain('/log/full');
  });
});

describe('#exec', () => {
  const files = {
    'pjsip.conf': `[transport-udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:@SIP@
#exec printf '[alice]\\ntype=endpoint\\n'\n`,
    'extensions.conf': `[default]\n#exec echo 'exten => made,1,Hangup()'\n`,
    'sorcery.conf': `[res_pjsip]\n#exec echo 'auth=memory'\n`,
  };

  it('is run in every file where execincludes allows it', async () => {
    const server = await create(files);
    const text = readFileSync(server.confFile, 'utf8');
    server.write('asterisk.conf', `${text}[options]\nexecincludes = yes\n`);
    await server.start();
    expect(await server.cli('pjsip list endpoints')).toContain('Objects found: 1');
    expect((await server.cli('dialplan show made@default')).join('\n')).toContain('Hangup()');
    expect((await server.push('auth', 'alice', { username: 'alice', password: 'x' })).status).toBe(200);
  });

  it('is refused otherwise, and named with its line', async () => {
    const server = await begin(files);
    const log = readFileSync(join(server.dir, 'log/full'), 'utf8');
    expect(log).toMatch(/pjsip\.conf:5: #exec is not allowed/);
    expect(log).toMatch(/extensions\.conf:2: #exec is not allowed/);
    expect(log).toMatch(/sorcery\.conf:2: #exec is not allowed/);
    expect(await server.cli('pjsip list endpoints')).toContain('No objects found.');
  });
});

describe('logger.conf', () => {
  it('says which files hear what; rotating and moving files loses nothing', async () => {
    const server = await begin({
      'logger.conf':
        '[general]\ndateformat=%F %T\n[logfiles]\nfull=notice,warning,error,verbose\nsecurity=security\n',
    });
    const log = (name: string) => readFileSync(join(server.dir, 'log', name), 'utf8');
    await soon(() => log('full').includes('is ready'));
    expect(log('full')).toMatch(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] [A-Z]+\[\d+\] /);
    const shown = await server.cli('logger show channels');
    expect(shown[0]).toBe('Logger queue limit: 1000');
    expect(shown.at(-1)).toMatch(/\/log\/full +File +default +Enabled +- NOTICE WARNING ERROR VERBOSE/);
    await server.rx('logger rotate');
    expect(log('full.0')).toContain('is ready');
    await server.rx('module load nosuch');
    await soon(() => log('full').includes('nosuch'));
    server.write('logger.conf', '[logfiles]\nother=error\n');
    expect((await server.rx('logger reload')).stdout).toBe('');
    await server.rx('module load nosuch2');
    await soon(() => existsSync(join(server.dir, 'log/other')) && log('other').includes('nosuch2'));
    expect(log('full')).not.toContain('nosuch2');
    expect(statSync(join(server.dir, 'log/other')).mode & 0o007).toBe(0);
  });

  it('that is broken leaves the channels as they were, and its fault is told', async () => {
    const server = await begin();
    server.write('logger.conf', '[logfiles\n');
    expect((await server.rx('logger reload')).stdout).toMatch(/logger\.conf:1: .*stay as they were/);
    expect((await server.cli('logger show channels')).at(-1)).toContain('/log/full');
  });
});

describe('modules.conf', () => {
  it('keeps a module out: what it brings is not there', async () => {
    const server = await begin({
      'modules.conf':
        '[modules]\nautoload=yes\nnoload=res_ari_channels.so\nnoload=app_echo.so\nnoload=pbx_config.so\n',
    });
    expect((await server.ari('GET', '/channels')).status).toBe(404);
    expect((await server.ari('GET', '/endpoints')).status).toBe(200);
    expect((await server.rx('dialplan reload')).stdout).toContain("No such command 'dialplan reload'");
    expect((await server.rx('core show application Echo')).stdout).toContain('not registered');
    expect(await server.cli('module load res_ari_channels.so')).toEqual(['Loaded res_ari_channels.so']);
    expect((await server.ari('GET', '/channels')).status).toBe(200);
  });

  it('without autoload runs what is listed and what that requires, and says what it is', async () => {
    const server = await begin({
      'modules.conf':
        '[modules]\nautoload=no\npreload=res_sorcery_astdb.so\nload=res_ari_asterisk.so\nload=nosuch.so\n',
    });
    const names = (await server.cli('module show'))
      .slice(1, -1)
      .map((line) => line.split(' ')[0])
      // What is part of the program itself stands there without the ending.
      .filter((name) => name?.endsWith('.so'));
    expect(names).toEqual([
      'res_ari.so',
      'res_ari_asterisk.so',
      'res_ari_model.so',
      'res_http_websocket.so',
      'res_sorcery_astdb.so',
      'res_sorcery_config.so',
      'res_stasis.so',
      'res_websocket_client.so',
    ]);
    expect((await server.ari('GET', '/asterisk/ping')).status).toBe(200);
    expect((await server.object('endpoint', 'alice')).status).toBe(404);
  });

  it('ends the start when a required module does not run', async () => {
    const server = await create({ 'modules.conf': '[modules]\nautoload=yes\nrequire=res_nosuch.so\n' });
    const ran = await run('-f', '-C', server.confFile);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('Required module res_nosuch does not run');
    expect(readdirSync(join(server.dir, 'run'))).toEqual([]);
  });
});
