import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TCP, UDP } from './pjsip-conf.ts';

const program = fileURLToPath(new URL('../../bin/asterism.mjs', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const BOOT_MS = 20_000;

export interface StartOptions {
  readonly fileKiB?: number;
  readonly under?: readonly string[];
}

/** A free TCP port (free for UDP too, as far as this machine's tests are concerned). */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function exec(file: string, args: readonly string[], timeoutMs = 30_000): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr });
    });
  });
}

/** One attribute list, as push answers it, turned into a plain map. */
export function attributes(body: unknown): Map<string, string> {
  if (!Array.isArray(body)) throw new Error(`not a list of attributes: ${JSON.stringify(body)}`);
  return new Map(body.map((each: { attribute: string; value: string }) => [each.attribute, each.value]));
}

/** A server in a folder of its own, driven the way scripts drive it: files, flags, `-rx`, REST. */
export class Instance {
  readonly dir: string;
  readonly httpPort: number;
  readonly sipPort: number;
  readonly user = 'asterisk:secret';
  #child: ChildProcess | undefined;
  output = '';

  private constructor(dir: string, httpPort: number, sipPort: number) {
    this.dir = dir;
    this.httpPort = httpPort;
    this.sipPort = sipPort;
  }

  /** Writes the configuration; `files` override or add to a small base. */
  static async create(files: Record<string, string> = {}): Promise<Instance> {
    const instance = new Instance(
      mkdtempSync(join(tmpdir(), 'asterism-test-')),
      await freePort(),
      await freePort(),
    );
    for (const folder of ['etc', 'lib', 'run', 'log', 'spool', 'modules'])
      mkdirSync(join(instance.dir, folder));
    for (const [name, text] of Object.entries({ ...baseFiles(instance), ...files }))
      instance.write(name, text);
    return instance;
  }

  get confFile(): string {
    return join(this.dir, 'etc', 'asterisk.conf');
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Writes one file of etc/; `@SIP@` and `@DIR@` are filled in. */
  write(name: string, text: string): void {
    const filled = text.replaceAll('@SIP@', String(this.sipPort)).replaceAll('@DIR@', this.dir);
    writeFileSync(join(this.dir, 'etc', name), filled);
  }

  /** `fileKiB`: no file may grow beyond this, as on a disk that is full. `under`: a command that runs the server. */
  async start({ fileKiB, under = [] }: StartOptions = {}): Promise<void> {
    const limit = fileKiB === undefined ? '' : `ulimit -f ${fileKiB} && `;
    const command = [...under, process.execPath, program, '-f', '-C', this.confFile];
    const child = spawn('bash', ['-c', `${limit}exec "$0" "$@"`, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.on('data', (data) => (this.output += data));
    child.stderr.on('data', (data) => (this.output += data));
    const end = Date.now() + BOOT_MS;
    while (Date.now() < end) {
      const said = await this.rx('core waitfullybooted');
      if (said.stdout.includes('fully booted')) return;
      if (child.exitCode !== null) break;
    }
    throw new Error(`the server did not boot:\n${this.output}`);
  }

  /** Resolves with the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    this.#child = undefined;
    if (child.exitCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  /** The exit code of a server that was told to stop by other means. */
  exited(): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return Promise.resolve(child?.exitCode ?? null);
    return new Promise((resolve) => child.once('exit', resolve));
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Runs the program with other arguments. */
  program(...args: string[]): Promise<Ran> {
    return exec(process.execPath, [program, ...args]);
  }

  rx(command: string): Promise<Ran> {
    return this.program('-C', this.confFile, '-rx', command);
  }

  /** The lines of a console command, without trailing blanks and empty ends. */
  async cli(command: string): Promise<string[]> {
    const { stdout } = await this.rx(command);
    return stdout
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '');
  }

  async ari(method: string, path: string, body?: unknown, user = this.user): Promise<RestAnswer> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/ari${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(user).toString('base64')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  push(
    type: string,
    id: string,
    fields: Record<string, string>,
    configClass = 'res_pjsip',
  ): Promise<RestAnswer> {
    return this.ari('PUT', `/asterisk/config/dynamic/${configClass}/${type}/${id}`, {
      fields: Object.entries(fields).map(([attribute, value]) => ({ attribute, value })),
    });
  }

  object(type: string, id: string, configClass = 'res_pjsip'): Promise<RestAnswer> {
    return this.ari('GET', `/asterisk/config/dynamic/${configClass}/${type}/${id}`);
  }

  /** Stops the server and removes its folder. */
  async close(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function baseFiles(instance: Instance): Record<string, string> {
  return {
    'asterisk.conf': `[directories]
astetcdir => ${instance.dir}/etc
astmoddir => ${instance.dir}/modules
astvarlibdir => ${instance.dir}/lib
astdbdir => ${instance.dir}/lib
astkeydir => ${instance.dir}/lib
astdatadir => ${root}
astagidir => ${instance.dir}/lib
astspooldir => ${instance.dir}/spool
astrundir => ${instance.dir}/run
astlogdir => ${instance.dir}/log
`,
    'modules.conf': '[modules]\nautoload=yes\n',
    'logger.conf': '[general]\n[logfiles]\nfull=notice,warning,error,verbose,security\n',
    'http.conf': `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=${instance.httpPort}\n`,
    'ari.conf':
      '[general]\nenabled=yes\n[asterisk]\ntype=user\npassword=secret\n[reader]\ntype=user\nread_only=yes\npassword=readonly\n',
    'rtp.conf': '[general]\nrtpstart=20000\nrtpend=29998\n',
    'pjsip.conf': UDP + TCP,
    'extensions.conf': `[default]
exten => ivr,1,NoOp()
 same => n,Stasis(Intro-IVR)
 same => n,Hangup()
exten => echo,1,Answer()
 same => n,Echo()
exten => beep,1,Answer()
 same => n,Playback(beep)
 same => n,Hangup()
`,
  };
}
