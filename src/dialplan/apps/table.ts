import { callApplications } from './call.ts';
import type { ApplicationDefinition } from './definition.ts';
import { flowApplications } from './flow.ts';
import { loopApplications } from './loops.ts';
import { mediaApplications } from './media.ts';
import { messageApplications } from './messages.ts';
import { routineApplications } from './routines.ts';
import { stasisApplications } from './stasis.ts';
import { variableApplications } from './variables.ts';

/** Every application that the dial plan has by itself, by name. */
export const applications: readonly ApplicationDefinition[] = [
  ...callApplications,
  ...variableApplications,
  ...flowApplications,
  ...routineApplications,
  ...loopApplications,
  ...messageApplications,
  ...mediaApplications,
  ...stasisApplications,
].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
