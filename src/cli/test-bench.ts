import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfigIfPresent } from '../conf/index.ts';
import { LogHub, memoryLogger, silentLogger } from '../log/index.ts';
import { type ModuleDefinition, ModuleTable } from '../modules/index.ts';
import { FakeClock } from '../platform/index.ts';
import { NamedAcls } from '../security/index.ts';
import { Sorcery, type TypeSpec, wizardModules } from '../sorcery/index.ts';
import { Stasis } from '../stasis/index.ts';
import { AstDb, type Realtime } from '../store/index.ts';
import { Switch } from '../switch/index.ts';
import { Cli, detachedConsole } from './cli.ts';
import type { AriView, CliCommand, CliContext, ManagerPort, PjsipPort } from './command.ts';
import { allCommands } from './commands/index.ts';

/** A console over parts that listen nowhere, in a folder of its own. */
export async function startBench(
  options: {
    modules?: readonly ModuleDefinition[];
    commands?: readonly CliCommand[];
    ari?: AriView;
    manager?: ManagerPort;
    pjsip?: PjsipPort;
    types?: readonly TypeSpec[];
    sorceryConf?: string;
    aclConf?: string;
    realtime?: Realtime;
  } = {},
) {
  const dir = mkdtempSync(join(tmpdir(), 'asterism-cli-'));
  const clock = new FakeClock(Date.UTC(2026, 10, 21, 0, 31, 21));
  const astdb = await AstDb.open({ file: join(dir, 'astdb.sqlite3'), log: silentLogger });
  const log = new LogHub({ logDir: dir, clock });
  const owner = new Switch({ log: silentLogger, clock });
  const modules = new ModuleTable(
    options.modules ?? [
      { name: 'res_lamps', description: 'Lamps', reload: () => {} },
      { name: 'app_lamp', description: 'One lamp', requires: ['res_lamps'] },
    ],
    memoryLogger(),
  );
  await modules.start(undefined);
  if (options.sorceryConf !== undefined) writeFileSync(join(dir, 'sorcery.conf'), options.sorceryConf);
  const brings = new Set(wizardModules.map((each) => each.module));
  const running = (module: string) => brings.has(module) || modules.running(module);
  const sorcery = new Sorcery({ etcDir: dir, astdb, log: silentLogger, clock, running });
  if (options.types !== undefined) sorcery.register(options.types, 'pjsip.conf');
  const acls = new NamedAcls({
    read: () => loadConfigIfPresent('acl.conf', { etcDir: dir, allowExec: false }),
    log: silentLogger,
  });
  if (options.aclConf !== undefined) {
    writeFileSync(join(dir, 'acl.conf'), options.aclConf);
    acls.reload();
  }
  const stasis = new Stasis({ switch: owner, log: silentLogger });
  const commands = options.commands ?? allCommands;
  const asked: string[] = [];
  let boot: () => void = () => {};
  const booted = new Promise<void>((resolve) => {
    boot = resolve;
  });
  const context: CliContext = {
    switch: owner,
    sorcery,
    astdb,
    realtime: options.realtime,
    log,
    modules,
    pjsip: options.pjsip,
    dialplan: undefined,
    server: {
      version: '0.1.0',
      compatibleVersion: '22.10.1',
      startedAt: clock.now() - 90_061_000,
      lastReloadAt: () => clock.now() - 61_000,
      booted,
      stop: (how, restart) => void asked.push(`${restart ? 'restart' : 'stop'} ${how}`),
      abortStop: () => false,
      reload: async () => void asked.push('reload'),
      reloadLog: async () => '',
      settings: () => [['PBX Core settings', [['Version', '22.10.1']]]],
    },
    http: () => undefined,
    stasis,
    acls,
    ari: () => options.ari,
    manager: () => options.manager,
    running: modules.running,
    commands: () => commands,
  };
  const cli = new Cli(context, commands);
  return {
    dir,
    cli,
    context,
    clock,
    log,
    owner,
    astdb,
    asked,
    stasis,
    sorcery,
    boot: () => boot(),
    /** Everything that a line prints. */
    async run(line: string, console_ = detachedConsole()): Promise<string> {
      let text = '';
      for await (const piece of cli.run(line, console_)) text += piece;
      return text;
    },
    async close(): Promise<void> {
      stasis.close();
      await owner.close();
      await sorcery.close();
      await astdb.close();
      await log.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type Bench = Awaited<ReturnType<typeof startBench>>;
