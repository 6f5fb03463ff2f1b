import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../cli/index.ts';
import type { MainConfig } from '../conf/index.ts';
import { compatibleVersion, version } from '../version.ts';

/** What a running server tells of itself, beside its configuration. */
export interface ServerFacts {
  /** 0 for any number. */
  readonly maxCalls: number;
  readonly debugLevel: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly reloadedAt: number;
  readonly language: string;
  readonly managerListens: boolean;
  readonly httpListens: boolean;
}

/** `asterisk.pid`, where scripts that stop a server look. */
export function pidFile(main: MainConfig): string {
  return join(main.directories.astrundir, 'asterisk.pid');
}

/** asterisk.conf `entityid`; without it the address of the first network card, as the original takes. */
export function entityId({ options }: MainConfig): string {
  const given = options.get('entityid');
  if (given !== undefined) return given;
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find((each) => !each.internal)?.mac ?? addresses[0]?.mac ?? '00:00:00:00:00:00';
}

const onOff = (on: boolean) => (on ? 'Enabled' : 'Disabled');

/** What `core show settings` prints, by section. */
export function serverSettings(main: MainConfig, facts: ServerFacts): Settings {
  const { directories, file, allowExec, options } = main;
  return [
    [
      'PBX Core settings',
      [
        ['Version', `${compatibleVersion} (Asterism ${version})`],
        ['Maximum calls', facts.maxCalls === 0 ? 'Not set' : String(facts.maxCalls)],
        ['Debug level', String(facts.debugLevel)],
        ['Startup time', clockTime(facts.startedAt)],
        ['Last reload time', clockTime(facts.reloadedAt)],
        ['System', `${process.platform}/${process.arch}, Node ${process.version}, process ${process.pid}`],
        ['System name', options.get('systemname') ?? ''],
        ['Entity ID', entityId(main)],
        ['Default language', facts.language],
        ['Executable includes', onOff(allowExec)],
      ],
    ],
    [
      'Subsystems',
      [
        ['Manager (AMI)', onOff(facts.managerListens)],
        ['HTTP server', onOff(facts.httpListens)],
      ],
    ],
    [
      'Directories',
      [
        ['Configuration file', file],
        ['Configuration directory', directories.astetcdir],
        ['Module directory', directories.astmoddir],
        ['Spool directory', directories.astspooldir],
        ['Log directory', directories.astlogdir],
        ['Run/Sockets directory', directories.astrundir],
        ['PID file', pidFile(main)],
        ['VarLib directory', directories.astvarlibdir],
        ['Data directory', directories.astdatadir],
        ['ASTDB', join(directories.astdbdir, 'astdb.sqlite3')],
        ['Key directory', directories.astkeydir],
        ['AGI Scripts directory', directories.astagidir],
      ],
    ],
  ];
}

/** `00:32:52`, local time. */
function clockTime(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}
