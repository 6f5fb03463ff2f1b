// `npm test`: install, build, lint, types, layers, tests. With CI=true a missing outside tool fails instead of skipping.

import { join } from 'node:path';
import { build, buildClient, install, must, root, tool } from './prepare.mjs';

install();
console.log('build');
build();
buildClient();
console.log('lint');
must('The lint', process.execPath, [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '.']);
console.log('types');
tool('The type check', 'typescript/bin/tsc', ['-p', 'tsconfig.json']);
console.log('layers');
must('The layer check', process.execPath, [join(root, 'tools/layers.mjs')]);
tool('The test run', 'vitest/vitest.mjs', ['run', ...process.argv.slice(2)]);
