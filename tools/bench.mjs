// `npm run bench [-- subject … --objects N --quick]`: install, build, measure.

import { join } from 'node:path';
import { build, install, root, tool } from './prepare.mjs';

install();
build();
tool('The benchmark', 'tsx/dist/cli.mjs', [join(root, 'bench', 'run.ts'), ...process.argv.slice(2)]);
