// Writes packages/ari-client/src/generated/ from the tables of ARI. With --check it writes nothing and fails when the
// files are not what it would write.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { root } from './prepare.mjs';

const { resources } = await tsImport('../src/ari/operations/index.ts', import.meta.url);
const { parameterDoc } = await tsImport('../src/ari/operations/parameter-docs.ts', import.meta.url);
const { models } = await tsImport('../src/ari/models/index.ts', import.meta.url);
const { baseOf, messageNames } = await tsImport('../src/ari/descriptions/json-schema.ts', import.meta.url);

const HEAD = '// Made by tools/make-ari-client.mjs from the tables of the server. Do not edit.\n';
const NOT_ASTERISK = ' Asterism alone.';
const PLAIN = new Map([
  ['string', 'string'],
  ['Date', 'string'],
  ['int', 'number'],
  ['long', 'number'],
  ['double', 'number'],
  ['boolean', 'boolean'],
  ['object', 'Readonly<Record<string, unknown>>'],
  ['containers', 'Readonly<Record<string, unknown>>'],
  ['void', 'void'],
  ['binary', 'Uint8Array'],
]);

function typeOf(type, values) {
  if (values !== undefined) return values.map((each) => JSON.stringify(each)).join(' | ');
  const item = /^List\[(\w+)\]$/.exec(type)?.[1];
  if (item !== undefined) return `readonly ${item === 'object' ? 'unknown' : typeOf(item)}[]`;
  const plain = PLAIN.get(type);
  if (plain !== undefined) return plain;
  if (models[type] === undefined) throw new Error(`no model ${type}`);
  return type;
}

const doc = (text, extension) => `/** ${text}${extension ? NOT_ASTERISK : ''} */`;
const capital = (name) => name[0].toUpperCase() + name.slice(1);

function modelsFile() {
  const messages = messageNames();
  const interfaces = Object.entries(models).map(([name, model]) => {
    const base = baseOf(name);
    const members = Object.entries(model.properties).map(([property, spec]) => {
      const note = spec.extension ? `${doc('Of Asterism alone.')}\n` : '';
      const optional = spec.required ? '' : '?';
      return `${note}readonly ${property}${optional}: ${typeOf(spec.type, spec.values)};`;
    });
    if (messages.includes(name)) members.unshift(`readonly type: '${name}';`);
    if (members.length === 0) return `${doc(model.summary)}\nexport type ${name} = ${base ?? 'object'};\n`;
    const inherits = base === undefined ? '' : ` extends ${base}`;
    return `${doc(model.summary, model.extension)}\nexport interface ${name}${inherits} {\n${members.join('\n')}\n}\n`;
  });
  return `${HEAD}
${interfaces.join('\n')}
/** Types of what may come over an event socket. */
export const eventTypes = [${messages.map((each) => `'${each}'`).join(', ')}] as const;

export type AriEventType = (typeof eventTypes)[number];

/** Whatever may come over an event socket, told apart by \`type\`. */
export type AriEvent = ${messages.join(' | ')};

/** The event of a type. */
export type AriEventOf<T extends AriEventType> = Extract<AriEvent, { readonly type: T }>;
`;
}

function operationParts(resource, spec) {
  const parameters = spec.parameters ?? [];
  const name = `${capital(resource)}${capital(spec.id)}Parameters`;
  const members = parameters.map((each) => {
    const optional = each.required || each.in === 'path' ? '' : '?';
    const type = typeOf(each.holds ?? each.type, each.values);
    const several = each.multiple ? `${type} | readonly (${type})[]` : type;
    const text = doc(parameterDoc(resource, spec.id, each.name), each.extension);
    return `${text}\nreadonly ${each.name}${optional}: ${several}${optional ? ' | undefined' : ''};`;
  });
  const named = (list) => `[${list.map((each) => `'${each.name}'`).join(', ')}]`;
  const query = parameters.filter((each) => each.in === 'query');
  const inside = parameters.filter((each) => each.in === 'body' && each.type !== 'object');
  const whole = parameters.find((each) => each.in === 'body' && each.type === 'object');
  const operation = [
    `key: '${resource}.${spec.id}'`,
    `method: '${spec.method}'`,
    `path: '${spec.path}'`,
    ...(query.length > 0 ? [`query: ${named(query)}`] : []),
    ...(inside.length > 0 ? [`members: ${named(inside)}`] : []),
    ...(whole === undefined ? [] : [`body: '${whole.name}'`]),
    `result: '${spec.result === 'void' ? 'none' : spec.result === 'binary' ? 'bytes' : 'json'}'`,
  ];
  const needed = parameters.some((each) => each.required || each.in === 'path');
  const takes =
    parameters.length === 0 ? '' : needed ? `parameters: ${name}, ` : `parameters: ${name} = {}, `;
  const given = parameters.length === 0 ? '{}' : 'parameters';
  return {
    declared:
      parameters.length === 0
        ? ''
        : `/** Parameters of \`${resource}.${spec.id}\`. */\nexport interface ${name} {\n${members.join('\n')}\n}\n`,
    method: `${doc(spec.summary)}
  ${spec.id}(${takes}options?: CallOptions): Promise<${typeOf(spec.result)}> {
    return this.#requester.send({ ${operation.join(', ')} }, ${given}, options);
  }`,
  };
}

function resourcesFile() {
  const imported = new Set();
  const classes = resources.map(({ name, operations }) => {
    // What needs an upgrade is no request; the client listens instead.
    const parts = operations.filter((each) => each.upgrade === undefined);
    for (const spec of parts) {
      for (const type of [spec.result, ...(spec.parameters ?? []).map((each) => each.holds ?? each.type)]) {
        const model = /(\w+)\]?$/.exec(type)?.[1];
        if (models[model] !== undefined) imported.add(model);
      }
    }
    const rendered = parts.map((spec) => operationParts(name, spec));
    return `${rendered.map((each) => each.declared).join('\n')}
/** Operations of \`${name}\`. */
export class ${capital(name)}Resource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  ${rendered.map((each) => each.method).join('\n\n  ')}
}
`;
  });
  return `${HEAD}import type { CallOptions, Requester } from '../request.ts';
import type { ${[...imported].sort().join(', ')} } from './models.ts';

${classes.join('\n')}
/** Every operation, grouped by resource. */
export class AriResources {
  ${resources.map(({ name }) => `readonly ${name}: ${capital(name)}Resource;`).join('\n  ')}

  constructor(requester: Requester) {
    ${resources.map(({ name }) => `this.${name} = new ${capital(name)}Resource(requester);`).join('\n    ')}
  }
}
`;
}

/** As the project formats its code. */
function formatted(text, path) {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const ran = spawnSync(process.execPath, [biome, 'format', `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
  if (ran.status !== 0) throw new Error(`${path} cannot be formatted: ${ran.stderr}`);
  return ran.stdout;
}

const folder = 'packages/ari-client/src/generated';
const files = { 'models.ts': modelsFile(), 'resources.ts': resourcesFile() };
mkdirSync(join(root, folder), { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const path = `${folder}/${name}`;
  const wanted = formatted(text, path);
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === wanted) continue;
  if (process.argv.includes('--check')) {
    console.error(`${path} is not what the tables say: run node tools/make-ari-client.mjs`);
    process.exitCode = 1;
  } else writeFileSync(file, wanted);
}
