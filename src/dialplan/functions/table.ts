import { channelFunctions } from './channel.ts';
import type { FunctionDefinition } from './definition.ts';
import { deviceFunctions } from './devices.ts';
import { encodingFunctions } from './encoding.ts';
import { listFunctions } from './lists.ts';
import { logicFunctions } from './logic.ts';
import { mathFunctions } from './math.ts';
import { messageFunctions } from './messages.ts';
import { presenceFunctions } from './presence.ts';
import { routineFunctions } from './routines.ts';
import { stringFunctions } from './strings.ts';
import { systemFunctions } from './system.ts';

/** Every function that the dial plan has by itself, by name. */
export const functions: readonly FunctionDefinition[] = [
  ...channelFunctions,
  ...deviceFunctions,
  ...encodingFunctions,
  ...listFunctions,
  ...logicFunctions,
  ...mathFunctions,
  ...messageFunctions,
  ...presenceFunctions,
  ...routineFunctions,
  ...stringFunctions,
  ...systemFunctions,
].sort((a, b) => (a.name < b.name ? -1 : 1));
