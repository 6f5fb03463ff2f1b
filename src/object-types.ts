import { ariTypes, webSocketClientType } from './ari/index.ts';
import { mailboxTypes } from './mailboxes/index.ts';
import { coreTypes, objectModules } from './objects/index.ts';
import { pjsipTypes } from './pjsip/index.ts';
import type { TypeSpec } from './sorcery/index.ts';

/** Every object type that there is, whichever module brings it. */
export const objectTypes: readonly TypeSpec[] = [
  ...coreTypes,
  ...pjsipTypes,
  ...ariTypes,
  webSocketClientType,
  ...objectModules.flatMap((each) => each.types),
  ...mailboxTypes,
];
