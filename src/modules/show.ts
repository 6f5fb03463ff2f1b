import type { ModuleStatus } from './definition.ts';

function row(name: string, description: string, useCount: string, status: string, level: string): string {
  return `${name.padEnd(30)} ${description.slice(0, 40).padEnd(40)} ${useCount.padEnd(10)} ${status.padEnd(11)} ${level.padStart(13)}\n`;
}

/** What `module show` prints. */
export function* showModules(modules: readonly ModuleStatus[]): Iterable<string> {
  yield row('Module', 'Description', 'Use Count', 'Status', 'Support Level');
  for (const each of modules) {
    const status = each.running ? 'Running' : 'Not Running';
    yield row(each.name, each.description, String(each.useCount), status, each.supportLevel);
  }
  yield `${modules.length} modules loaded\n`;
}
