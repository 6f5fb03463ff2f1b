import { type Packet, renderLines } from '../packet.ts';

/** Headers that this side writes itself. */
const OWN: ReadonlySet<string> = new Set(['action', 'actionid', 'server']);

/** The lines of an action for another server, besides Action and ActionID; undefined when they hold a NUL, where C texts end. */
export function forwardedLines(packet: Packet): string | undefined {
  const lines = renderLines(
    // A line without a name would be written as nothing but its value: a header of the client's choice.
    packet.filter(([name]) => name.trim() !== '' && !OWN.has(name.trim().toLowerCase())),
  );
  return lines.includes('\0') ? undefined : lines;
}

/**
 * Whether another server would run or evaluate something of what is asked. Its own check is of the user that all share,
 * who may do more than who asks; which functions do harm there is not known here, so none is let through unless the
 * user has the privilege that they need.
 */
export function evaluates(packet: Packet): boolean {
  return packet.some(([header, value]) => {
    if (value.includes('${')) return true;
    const name = header.trim().toLowerCase();
    if (name === 'application') return value !== '';
    // Names of variables, or of functions in their place.
    return (name === 'variable' || name === 'variables') && value.includes('(');
  });
}
