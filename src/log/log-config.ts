import { type Config, isTrue, parseInteger } from '../conf/index.ts';
import type { Level } from './logger.ts';

export type Formatter = 'default' | 'plain' | 'json';

/** What happens to the old file at `logger rotate`. */
export type RotateStrategy = 'sequential' | 'rotate' | 'timestamp' | 'none';

export interface ChannelConfig {
  /** As written in logger.conf. */
  readonly name: string;
  readonly kind: 'console' | 'file' | 'syslog';
  readonly formatter: Formatter;
  readonly levels: ReadonlySet<Level>;
  /** Highest verbosity that is written, from `verbose(3)`; undefined: the server's own. */
  readonly verbosity: number | undefined;
}

export interface LogConfig {
  /** As for strftime, `%3q` for milliseconds. */
  readonly dateFormat: string;
  readonly useCallIds: boolean;
  readonly appendHostname: boolean;
  readonly rotateStrategy: RotateStrategy;
  /** Messages that may wait for a slow file. */
  readonly queueLimit: number;
  /** In the order of the file. */
  readonly channels: readonly ChannelConfig[];
  /** What was not understood or is not supported. */
  readonly warnings: readonly string[];
}

/** In the order and by the names of `logger show levels`. */
export const levelTable: readonly { readonly level: Level; readonly number: number }[] = [
  { level: 'debug', number: 0 },
  { level: 'trace', number: 1 },
  { level: 'notice', number: 2 },
  { level: 'warning', number: 3 },
  { level: 'error', number: 4 },
  { level: 'verbose', number: 5 },
  { level: 'dtmf', number: 6 },
  { level: 'security', number: 19 },
];

/** Levels of Asterisk that a configuration may name and that nothing here speaks on. */
const silentLevels: ReadonlySet<string> = new Set(['cc', 'fax', 'pjsip_history']);

/** Options of [general] that are accepted and change nothing. */
const optionsWithoutEffect: readonly string[] = [
  'exec_after_rotate',
  'queue_log',
  'queue_log_name',
  'queue_log_realtime_use_gmt',
  'queue_log_to_file',
  'queue_adaptive_realtime',
];

const strategies: readonly RotateStrategy[] = ['sequential', 'rotate', 'timestamp', 'none'];
const formatters: readonly Formatter[] = ['default', 'plain', 'json'];

const DEFAULT_DATE_FORMAT = '%b %e %T';
const DEFAULT_QUEUE_LIMIT = 1000;
const MAX_QUEUE_LIMIT = 1_000_000;

/** Reads `[json]notice,verbose(3)`: the text behind a channel's name. */
export function parseChannel(
  name: string,
  text: string,
): { channel: ChannelConfig; warnings: readonly string[] } {
  const warnings: string[] = [];
  let formatter: Formatter = 'default';
  let rest = text.trim();
  const close = rest.startsWith('[') ? rest.indexOf(']') : -1;
  if (close > 0) {
    const wanted = rest.slice(1, close).trim().toLowerCase();
    const known = formatters.find((each) => each === wanted);
    if (known === undefined) warnings.push(`Channel ${name}: no formatter '${wanted}', 'default' is used`);
    else formatter = known;
    rest = rest.slice(close + 1);
  }
  const chosen = new Set<Level>();
  let verbosity: number | undefined;
  for (const part of rest.split(',')) {
    const word = part.trim().toLowerCase();
    if (word === '') continue;
    const open = word.indexOf('(');
    const base = open < 0 ? word : word.slice(0, open).trim();
    if (base === '*') for (const { level } of levelTable) chosen.add(level);
    const known = levelTable.find((each) => each.level === base);
    if (known !== undefined) chosen.add(known.level);
    else if (base !== '*' && !silentLevels.has(base)) warnings.push(`Channel ${name}: no level '${base}'`);
    if (base === 'verbose' && open >= 0)
      verbosity = parseInteger(word.slice(open + 1).replace(/\).*$/, ''), 0) ?? verbosity;
  }
  const lower = name.toLowerCase();
  const kind = lower === 'console' ? 'console' : lower.startsWith('syslog.') ? 'syslog' : 'file';
  if (kind === 'syslog')
    warnings.push(
      `Channel ${name}: syslog is not supported, nothing is written to it; log to a file instead`,
    );
  const levels = new Set(levelTable.map((each) => each.level).filter((each) => chosen.has(each)));
  return { channel: { name, kind, formatter, levels, verbosity }, warnings };
}

/** What logger.conf asks for; without the file, a console that shows what an operator must know. */
export function readLogConfig(config: Config | undefined): LogConfig {
  const warnings: string[] = [];
  const general = config?.section('general');
  for (const variable of general?.variables ?? []) {
    const name = variable.name.toLowerCase();
    if (!honoured.has(name) && !optionsWithoutEffect.includes(name))
      warnings.push(`${variable.file}:${variable.line}: [general] has no option '${variable.name}'`);
  }
  const wantedStrategy = general?.get('rotatestrategy')?.toLowerCase();
  const rotateStrategy = strategies.find((each) => each === wantedStrategy);
  if (wantedStrategy !== undefined && rotateStrategy === undefined)
    warnings.push(`rotatestrategy '${wantedStrategy}' is none of ${strategies.join(', ')}`);
  const channels: ChannelConfig[] = [];
  for (const section of config?.named('logfiles') ?? []) {
    for (const variable of section.variables) {
      const parsed = parseChannel(variable.name, variable.value);
      channels.push(parsed.channel);
      for (const warning of parsed.warnings) warnings.push(`${variable.file}:${variable.line}: ${warning}`);
    }
  }
  if (config === undefined) channels.push(parseChannel('console', 'notice,warning,error,verbose').channel);
  return {
    dateFormat: general?.get('dateformat') || DEFAULT_DATE_FORMAT,
    useCallIds: general?.get('use_callids') === undefined || isTrue(general.get('use_callids')),
    appendHostname: isTrue(general?.get('appendhostname')),
    rotateStrategy: rotateStrategy ?? 'sequential',
    queueLimit: parseInteger(general?.get('logger_queue_limit'), 1, MAX_QUEUE_LIMIT) ?? DEFAULT_QUEUE_LIMIT,
    channels,
    warnings,
  };
}

const honoured: ReadonlySet<string> = new Set([
  'dateformat',
  'use_callids',
  'appendhostname',
  'rotatestrategy',
  'logger_queue_limit',
]);
