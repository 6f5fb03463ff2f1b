// The import rules of ARCHITECTURE.md, checked with dependency-cruiser over src/.
// One table says whom each folder may ask; the count is asserted because a cruise that understood nothing passes too.

import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

/** What every door of ours asks. */
const forDoors = [
  'platform',
  'log',
  'errors',
  'conf',
  'security',
  'sorcery',
  'store',
  'modules',
  'switch',
  'dialplan',
];

/** Folder → the folders whose index.ts it may import. */
const may = {
  platform: [],
  errors: [],
  conf: ['platform', 'errors'],
  log: ['platform', 'conf'],
  store: ['platform', 'log', 'conf', 'errors'],
  security: ['platform', 'log', 'conf', 'errors'],
  sorcery: ['platform', 'log', 'conf', 'errors', 'store'],
  modules: ['platform', 'log', 'conf', 'errors'],
  sip: ['platform', 'log'],
  media: ['platform', 'log'],
  switch: ['platform', 'log', 'errors', 'media'],
  dialplan: ['platform', 'log', 'errors', 'conf', 'switch', 'stasis', 'media', 'store'],
  stasis: ['platform', 'log', 'errors', 'switch'],
  pjsip: ['platform', 'log', 'errors', 'conf', 'sorcery', 'security', 'sip', 'media', 'switch', 'dialplan'],
  mailboxes: ['sorcery', 'switch'],
  channels: ['platform', 'log', 'switch', 'media'],
  objects: ['sorcery', 'pjsip'],
  http: ['platform', 'log', 'errors', 'conf', 'security'],
  metrics: ['platform', 'log', 'conf', 'security', 'http'],
  ari: [...forDoors, 'stasis', 'media', 'http', 'mailboxes'],
  ami: [...forDoors, 'http', 'mailboxes', 'pjsip'],
  cli: [...forDoors, 'stasis', 'pjsip', 'media'],
};
/** Folder → those of them of which it names types alone: what it asks of them at run time comes through its ports. */
const typesAlone = { ami: ['pjsip'], cli: ['pjsip', 'media'] };
// The composition root builds everything.
may.server = Object.keys(may);
const folders = Object.keys(may);
/** What stands in no folder, and who may ask it. */
const atRoot = { server: ['version'] };
const unknown = readdirSync('src', { withFileTypes: true }).filter(
  (d) => d.isDirectory() && !(d.name in may),
);
if (unknown.length > 0)
  fail(`folders without a rule in tools/layers.mjs: ${unknown.map((d) => d.name).join(', ')}`);

const forbidden = [
  {
    name: 'no-circular',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  ...folders.map((folder) => ({
    name: `${folder}-asks-only-whom-it-may`,
    severity: 'error',
    from: { path: `^src/${folder}/` },
    to: {
      path: '^src/',
      pathNot: [
        `^src/${folder}/`,
        ...may[folder].map((other) => `^src/${other}/index\\.ts$`),
        ...(atRoot[folder] ?? []).map((file) => `^src/${file}\\.ts$`),
      ],
    },
  })),
  ...Object.entries(typesAlone).map(([folder, others]) => ({
    name: `${folder}-names-types-alone`,
    severity: 'error',
    from: { path: `^src/${folder}/` },
    to: { path: `^src/(${others.join('|')})/`, dependencyTypesNot: ['type-only'] },
  })),
  ...folders.map((folder) => ({
    name: `${folder}-has-one-door`,
    severity: 'error',
    from: { path: '^(src|tests|bench)/', pathNot: `^src/${folder}/` },
    to: { path: `^src/${folder}/`, pathNot: `^src/${folder}/index\\.ts$` },
  })),
];

const result = await cruise(
  ['src'],
  {
    validate: true,
    ruleSet: { forbidden },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.test\\.ts$' },
  },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
);
const { modules, summary } = result.output;
const seen = modules.filter((m) => m.source.startsWith('src/')).length;
const edges = modules.reduce(
  (sum, m) => sum + m.dependencies.filter((d) => d.resolved.startsWith('src/')).length,
  0,
);
const files = readdirSync('src', { recursive: true }).filter(
  (f) => f.endsWith('.ts') && !f.endsWith('.test.ts'),
).length;
if (seen < files)
  fail(`only ${seen} of ${files} modules were seen: the check understood too little to be believed`);
if (edges < seen)
  fail(`${seen} modules with only ${edges} imports between them: the check understood too little`);
for (const each of summary.violations.filter((v) => v.rule.severity === 'error')) {
  console.error(`${each.rule.name}: ${each.from} -> ${each.to}`);
}
if (summary.error > 0) fail(`${summary.error} imports break the rules`);
console.log(`layers: ${seen} modules, ${edges} imports, every one allowed`);

function fail(message) {
  console.error(message);
  process.exit(1);
}
