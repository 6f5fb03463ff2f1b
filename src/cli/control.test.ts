import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Logger, memoryLogger, silentLogger } from '../log/index.ts';
import type { CliCommand } from './command.ts';
import { ask, NoServerError, openControl, remoteCommand } from './control-client.ts';
import { lineReader, MAX_LINE, type Told } from './control-protocol.ts';
import { ControlServer } from './control-server.ts';
import { type RemoteConsoleOptions, remoteConsole } from './remote-console.ts';
import { type Bench, startBench } from './test-bench.ts';

const lamps: CliCommand[] = [
  { words: 'lamp light', takes: 1, summary: 'Lights', complete: () => ['red', 'green'], run: () => 'lit\n' },
  {
    words: 'lamp many',
    summary: 'Lights many',
    *run() {
      for (let n = 0; n < 20_000; n++) yield `lamp ${n} ${'x'.repeat(100)}\n`;
    },
  },
  {
    words: 'lamp burn',
    summary: 'Goes wrong',
    run: () => {
      throw new Error('fire');
    },
  },
  {
    words: 'lamp verbosity',
    summary: 'Tells',
    run: (_context, _args, { verbosity }) => `${verbosity}\n`,
  },
];

let dir: string;
let path: string;
let bench: Bench;
let control: ControlServer | undefined;

const listen = async (to: { owner?: string; group?: string; log?: Logger } = {}) => {
  control = await ControlServer.listen({
    path,
    mode: 0o660,
    cli: bench.cli,
    log: silentLogger,
    attach: (write, verbosity) => bench.log.attachConsole(write, verbosity),
    ...to,
  });
};

beforeAll(async () => {
  bench = await startBench({ commands: lamps });
});
afterAll(() => bench.close());

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'asterism-control-'));
  path = join(dir, 'asterisk.ctl');
  await listen();
});
afterEach(async () => {
  await control?.close();
  control = undefined;
  rmSync(dir, { recursive: true });
});

describe('the socket', () => {
  const own = process.getuid?.() ?? 0;

  it('is given to the group and user that asterisk.conf names', async () => {
    await control?.close();
    // Only root can give it to somebody else.
    const [uid, gid] = own === 0 ? [65_533, 65_532] : [own, process.getgid?.() ?? 0];
    await listen({ owner: String(uid), group: String(gid) });
    expect(statSync(path)).toMatchObject({ uid, gid });
  });

  it('stays with the server when it cannot be given, which the log says', async () => {
    await control?.close();
    const log = memoryLogger();
    await listen({ group: 'no such group', log });
    expect(statSync(path).uid).toBe(own);
    expect(log.lines).toEqual([expect.stringContaining("cannot be given to ':no such group'")]);
  });
});

async function soon(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !holds(); tries++) await wait(10);
  expect(holds()).toBe(true);
}

describe('lines of JSON', () => {
  it('are read whole, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ out: fc.string({ unit: 'grapheme' }) }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 })),
        (messages, cuts) => {
          const bytes = Buffer.from(messages.map((each) => `${JSON.stringify(each)}\n`).join(''));
          const got: Told[] = [];
          const read = lineReader<Told>(
            (message) => got.push(message),
            () => expect.unreachable(),
          );
          let from = 0;
          for (const cut of cuts) {
            read(bytes.subarray(from, from + cut));
            from += cut;
          }
          read(bytes.subarray(from));
          expect(got).toEqual(messages);
        },
      ),
    );
  });

  it.each([['no JSON\n'], ['7\n'], ['null\n'], ['\n'], ['x'.repeat(MAX_LINE + 1)]])(
    'end the talk once when they are something else (%#)',
    (text) => {
      let broken = 0;
      const read = lineReader<Told>(
        () => expect.unreachable(),
        () => broken++,
      );
      read(Buffer.from(text));
      read(Buffer.from('{"out":"late"}\n'));
      expect(broken).toBe(1);
    },
  );
});

describe('the control socket', () => {
  const run = async (line: string) => {
    let text = '';
    const complete = await remoteCommand(path, line, (piece) => {
      text += piece;
    });
    return { text, complete };
  };

  it('runs a command and prints nothing else', async () => {
    expect(await run('lamp light')).toEqual({ text: 'lit\n', complete: true });
    expect(statSync(path).mode & 0o777).toBe(0o660);
  });

  it('carries what is long, in pieces', async () => {
    const { text, complete } = await run('lamp many');
    expect(complete).toBe(true);
    expect(text.split('\n')).toHaveLength(20_001);
  });

  it('tells of a command that goes wrong, and goes on', async () => {
    expect((await run('lamp burn')).text).toBe("Command 'lamp burn' failed: fire\n");
    expect((await run('lamp light')).text).toBe('lit\n');
  });

  it('ends with a clear line when nobody answers', async () => {
    await control?.close();
    await expect(run('lamp light')).rejects.toThrow(NoServerError);
    await expect(run('lamp light')).rejects.toThrow(
      `Unable to connect to remote asterisk (does ${path} exist?)`,
    );
  });

  it('says that the output is not complete when the server goes away', async () => {
    await control?.close();
    const sockets: Socket[] = [];
    const half = createServer((socket) => {
      sockets.push(socket);
      socket.once('data', () => socket.end('{"out":"half"}\n'));
    });
    await new Promise<void>((resolve) => half.listen(path, resolve));
    expect(await run('lamp light')).toEqual({ text: 'half', complete: false });
    await new Promise((resolve) => half.close(resolve));
  });

  it('is taken over from a server that crashed, and from no other', async () => {
    await expect(listen()).rejects.toThrow('already runs');
    await control?.close();
    writeFileSync(path, '');
    await listen();
    expect((await run('lamp light')).text).toBe('lit\n');
  });

  it('follows the log at the verbosity that was asked for', async () => {
    const socket = await openControl(path);
    const told: Told[] = [];
    socket.on(
      'data',
      lineReader<Told>(
        (each) => told.push(each),
        () => {},
      ),
    );
    ask(socket, { attach: 2 });
    ask(socket, { run: 'lamp verbosity' });
    await soon(() => told.some((each) => each.end === true));
    expect(told[0]?.out).toBe('2\n');
    bench.log.logger('a').verbose('deep', { verbosity: 3 });
    bench.log.logger('a').verbose('flat', { verbosity: 1 });
    await soon(() => told.some((each) => each.log !== undefined));
    expect(told.at(-1)?.log).toBe('flat\n');
    socket.destroy();
  });

  it('leaves log out for a console that does not read, and says how much', async () => {
    const socket = await openControl(path);
    ask(socket, { attach: 1 });
    await wait(50);
    for (let n = 0; n < 4000; n++) bench.log.logger('a').error('x'.repeat(1000));
    let text = '';
    socket.on(
      'data',
      lineReader<Told>(
        (each) => {
          text += each.log ?? '';
        },
        () => {},
      ),
    );
    await soon(() => text.length > 500_000);
    await wait(100);
    bench.log.logger('a').error('last');
    await soon(() => text.includes('last'));
    expect(text).toMatch(/\(\d+ lines of log left out: this console was too slow\)\n/);
    expect(text.length).toBeLessThan(3_500_000);
    socket.destroy();
  });
});

describe('the remote console', () => {
  function open(more: Partial<RemoteConsoleOptions> = {}) {
    const input = new PassThrough();
    const output = new PassThrough();
    let text = '';
    output.on('data', (data: Buffer) => {
      text += data.toString();
    });
    const historyFile = join(dir, 'history');
    const done = remoteConsole({
      path,
      banner: 'Hello.\n',
      reconnect: false,
      verbosity: 0,
      input,
      output,
      terminal: true,
      historyFile,
      ...more,
    });
    return { input, done, historyFile, text: () => text };
  }

  it('runs commands between prompts, and leaves at exit', async () => {
    const console_ = open();
    await soon(() => console_.text().includes('*CLI> '));
    expect(console_.text()).toMatch(/^Hello\.\n/);
    console_.input.write('lamp light\r');
    await soon(() => console_.text().includes('lit\n'));
    console_.input.write('exit\r');
    await console_.done;
  });

  it('completes with Tab', async () => {
    const console_ = open();
    await soon(() => console_.text().includes('*CLI> '));
    console_.input.write('la\t');
    await soon(() => console_.text().includes('lamp '));
    console_.input.write('li\t');
    await soon(() => console_.text().includes('lamp light '));
    console_.input.write('g\t');
    await soon(() => console_.text().includes('lamp light green '));
    console_.input.write('\r');
    await soon(() => console_.text().includes('lit\n'));
    console_.input.end();
    await console_.done;
  });

  it('keeps a history over its end, for its owner only', async () => {
    const first = open();
    await soon(() => first.text().includes('*CLI> '));
    first.input.write('lamp light\r');
    await soon(() => first.text().includes('lit\n'));
    first.input.write('exit\r');
    await first.done;
    expect(readFileSync(first.historyFile, 'utf8')).toBe('lamp light\nexit\n');
    expect(statSync(first.historyFile).mode & 0o777).toBe(0o600);
    const second = open();
    await soon(() => second.text().includes('*CLI> '));
    // Up twice, then Enter.
    second.input.write('\u001b[A');
    second.input.write('\u001b[A');
    second.input.write('\r');
    await soon(() => second.text().includes('lit\n'));
    second.input.write('exit\r');
    await second.done;
  });

  it('reads a pipe to its end, prints what it asked for, and keeps no history', async () => {
    const console_ = open({ terminal: false });
    console_.input.end('lamp light\nlamp verbosity\n');
    await console_.done;
    expect(console_.text()).toBe('Hello.\nlit\n0\n');
    expect(existsSync(console_.historyFile)).toBe(false);
  });

  it('shows the log above the line', async () => {
    const console_ = open({ verbosity: 1 });
    await soon(() => console_.text().includes('*CLI> '));
    await wait(30);
    bench.log.logger('a').warning('storm');
    await soon(() => console_.text().includes('a: storm\n'));
    console_.input.end();
    await console_.done;
  });

  it('ends with the server, or waits for the next one', async () => {
    const once = open();
    const again = open({ reconnect: true });
    await soon(() => once.text().includes('*CLI> ') && again.text().includes('*CLI> '));
    await control?.close();
    await once.done;
    expect(once.text()).toContain('The server has gone away.\n');
    await listen();
    await wait(1_200);
    again.input.write('lamp light\r');
    await soon(() => again.text().includes('lit\n'));
    again.input.write('exit\r');
    await again.done;
  });

  it('still takes lines after Tab was pressed while no server was there', async () => {
    const console_ = open({ reconnect: true });
    await soon(() => console_.text().includes('*CLI> '));
    await control?.close();
    await soon(() => console_.text().includes('The server has gone away.\n'));
    console_.input.write('lamp l');
    console_.input.write('\t');
    await listen();
    await wait(1_200);
    console_.input.write('ight\r');
    await soon(() => console_.text().includes('lit\n'));
    console_.input.write('exit\r');
    await console_.done;
  });

  it('leaves Ctrl-C to whoever wants it', async () => {
    let interrupts = 0;
    const console_ = open({ onInterrupt: () => interrupts++ });
    await soon(() => console_.text().includes('*CLI> '));
    console_.input.write('\u0003');
    await soon(() => interrupts === 1);
    console_.input.write('exit\r');
    await console_.done;
  });
});
