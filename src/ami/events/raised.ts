import { securityEventKinds } from '../../security/index.ts';
import { type ClassMask, maskOf } from '../classes.ts';
import { FULLY_BOOTED, moduleEvents, serverEvents } from './server-events.ts';
import { switchEvents } from './switch-events.ts';

/** An event that clients may be told, and its class. */
export interface RaisedEvent {
  readonly name: string;
  readonly eventClass: ClassMask;
}

function* raised(): Iterable<RaisedEvent> {
  yield { name: FULLY_BOOTED, eventClass: maskOf('system') };
  for (const name of securityEventKinds) yield { name, eventClass: maskOf('security') };
  for (const table of [switchEvents, serverEvents, moduleEvents]) {
    for (const { name, eventClass } of Object.values(table).flat())
      if (typeof name === 'string') yield { name, eventClass };
  }
}

/** Every event that is raised by itself, once; those of lists belong to their actions. */
export const raisedEvents: readonly RaisedEvent[] = [
  ...new Map([...raised()].map((each) => [each.name, each])).values(),
];
