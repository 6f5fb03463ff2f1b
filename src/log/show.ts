import type { LogHub } from './hub.ts';
import { levelTable } from './log-config.ts';

function row(name: string, type: string, formatter: string, status: string): string {
  return `${cut(name, 35)} ${cut(type, 8)} ${cut(formatter, 10)} ${cut(status, 9)} `;
}

function cut(text: string, width: number): string {
  return text.slice(0, width).padEnd(width);
}

/** What `logger show channels` prints. */
export function* showChannels(hub: Pick<LogHub, 'channels' | 'queueLimit'>): Iterable<string> {
  yield `Logger queue limit: ${hub.queueLimit}\n\n`;
  yield `${row('Channel', 'Type', 'Formatter', 'Status')}Configuration\n`;
  yield `${row('-------', '----', '---------', '------')}-------------\n`;
  for (const each of hub.channels()) {
    const names = each.levels.map((level) => `${level.toUpperCase()} `).join('');
    const lost = each.dropped > 0 ? `(${each.dropped} lines dropped)` : '';
    yield `${row(each.name, each.type, each.formatter, each.enabled ? 'Enabled' : 'Disabled')} - ${names}${lost}\n`;
  }
  yield '\n';
}

/** What `logger show levels` prints. */
export function* showLevels(): Iterable<string> {
  yield 'Level Name\n----- ----\n';
  for (const { level, number } of levelTable) yield `${String(number).padStart(5)} ${level.toUpperCase()}\n`;
  yield '\n';
}
