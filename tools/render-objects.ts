// docs/objects.md from the tables of object types: `node --import tsx tools/render-objects.ts` writes it.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ariTypes, webSocketClientType } from '../src/ari/index.ts';
import { coreTypes, objectModules } from '../src/objects/index.ts';
import { pjsipTypes } from '../src/pjsip/index.ts';
import { type OptionSpec, type TypeSpec, UNSET } from '../src/sorcery/index.ts';

const page = new URL('../docs/objects.md', import.meta.url);

const INTRODUCTION = `# Objects

<!-- Written by tools/render-objects.ts from the tables; a test says when it is out of date. -->

Every type that can be pushed (\`PUT /ari/asterisk/config/dynamic/<class>/<type>/<id>\`), kept by a wizard of sorcery.conf, or
written into a .conf file. Options marked *secret* are not shown to read-only users; those marked *hidden* can be sent and are
not part of answers.
`;

const types: readonly TypeSpec[] = [
  ...pjsipTypes,
  ...ariTypes,
  webSocketClientType,
  ...objectModules.flatMap((each) => each.types),
  ...coreTypes,
];

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function row(option: OptionSpec): string {
  const marks = [
    ...(option.secret ? ['secret'] : []),
    ...(option.hidden ? ['hidden'] : []),
    ...(option.multi ? ['several'] : []),
  ];
  const name = `\`${option.name}\`${marks.length === 0 ? '' : ` *${marks.join(', ')}*`}`;
  const shown = option.default === '' || option.default === UNSET ? '' : `\`${cell(option.default)}\``;
  return `| ${name} | ${cell(option.kind.accepts)} | ${shown} | ${cell(option.doc ?? '')} |`;
}

function section(spec: TypeSpec): string {
  const lines = [`## ${spec.configClass}/${spec.type}`, ''];
  if (spec.doc !== undefined) lines.push(spec.doc, '');
  lines.push(`Module \`${spec.module}\`, section \`[${spec.section}]\` of sorcery.conf.`, '');
  if (spec.options.length > 0) {
    const options = [...spec.options].sort((a, b) => (a.name < b.name ? -1 : 1));
    lines.push('| option | accepts | default | |', '|---|---|---|---|', ...options.map(row), '');
  }
  if (spec.others !== undefined) lines.push(`\`${spec.others.name}\`: ${spec.others.doc}`, '');
  return lines.join('\n');
}

/** The whole page. */
export function renderObjects(): string {
  return `${INTRODUCTION}\n${types.map(section).join('\n').trimEnd()}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, renderObjects());
