import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SorceryObject } from '../../sorcery/index.ts';
import { type CliCommand, type CliContext, CommandFailed } from '../command.ts';

/** In the order in which the original writes them. */
const TYPES = ['auth', 'endpoint', 'aor', 'identify', 'phoneprov', 'registration'] as const;
const MARK = '@pjsip_wizard';

function* made({ sorcery }: CliContext): Iterable<SorceryObject> {
  for (const type of TYPES) {
    for (const object of sorcery.all(type)) if (object.extended?.has(MARK)) yield object;
  }
}

/** Sections of pjsip.conf that say what sections of pjsip_wizard.conf stand for. */
function* sections(context: CliContext): Iterable<string> {
  for (const object of made(context)) {
    yield `[${object.id}]\ntype = ${object.type.name}\n`;
    for (const [name, value] of object.shown()) if (value !== '') yield `${name} = ${asConfValue(value)}\n`;
    yield '\n';
  }
}

/** A semicolon begins a comment in a .conf file. */
function asConfValue(value: string): string {
  return value.replaceAll(';', '\\;');
}

export const pjsipExportCommands: readonly CliCommand[] = [
  {
    words: 'pjsip export config_wizard primitives',
    args: '[to <filename>]',
    takes: 2,
    summary: 'Show what the sections of pjsip_wizard.conf stand for, as pjsip.conf would say it',
    module: 'res_pjsip_config_wizard',
    complete: (_, args) => (args.length <= 1 ? ['to'] : []),
    async run(context, [to, file]) {
      const text = [...sections(context)].join('');
      if (to === undefined) return `\n${text}`;
      if (to !== 'to' || file === undefined) throw new CommandFailed('Expected: to <filename>');
      const path = resolve(file);
      try {
        // Passwords are in it.
        await writeFile(path, `; Made by 'pjsip export config_wizard primitives'\n\n${text}`, {
          mode: 0o600,
        });
      } catch (error) {
        throw new CommandFailed(`${path} cannot be written: ${(error as Error).message}`);
      }
      return `Wrote configuration to ${path}\n`;
    },
  },
];
