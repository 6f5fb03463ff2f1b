// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import type { DialplanLocation } from '../../switch/index.ts';
import type { Places, PlanLine } from './plan.ts';

/** A dial plan for tests of the run: `context: [['exten', 'App(data)', 'label: App(data)', …], …]`, `hint:` lines too. */
export function testPlan(text: Record<string, string[][]>, autoFallThrough = true): Places {
  const lines = (context: string, exten: string): string[] => {
    const found = text[context]?.find(
      ([name = '']) => name === exten || (name === '_6XXX' && /^6\d{3}$/.test(exten)),
    );
    return found?.slice(1) ?? [];
  };
  const split = (line: string) => /^(?:(\w+): )?(\w+)(?:\((.*)\))?$/s.exec(line);
  return {
    autoFallThrough,
    hasContext: (context) => text[context] !== undefined,
    line(location: DialplanLocation): PlanLine | undefined {
      const match = split(lines(location.context, location.exten)[location.priority - 1] ?? '');
      return match === null ? undefined : { application: match[2] ?? '', data: match[3] ?? '' };
    },
    label(context, exten, label) {
      const at = lines(context, exten).findIndex((line) => split(line)?.[1] === label);
      return at < 0 ? undefined : at + 1;
    },
    hint: () => undefined,
    couldContinue: (context, digits) =>
      (text[context] ?? []).some(([name = '']) => name.startsWith(digits) && name !== digits),
    *linesAfter(location) {
      const all = lines(location.context, location.exten);
      for (let i = location.priority; i < all.length; i++) {
        const application = split(all[i] ?? '')?.[2] ?? '';
        yield { location: { ...location, priority: i + 1 }, application };
      }
    },
  };
}
