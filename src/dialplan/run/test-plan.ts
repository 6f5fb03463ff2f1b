// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import type { DialplanLocation } from '../../switch/index.ts';
import type { Places, PlanLine, Syntax } from './plan.ts';

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

/** Enough of the text rules for tests of the run: nested `${…}`, quotes, `$[a=b]`, `$[a<b]` and `$[a+b]`. */
export const testSyntax: Syntax = {
  splitArguments(text) {
    const parts = [''];
    let quoted = false;
    let depth = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text[i] ?? '';
      let add = c;
      if (c === '\\') add = text[++i] ?? '';
      else if (c === '"') {
        quoted = !quoted;
        add = '';
      } else if (c === '(') depth++;
      else if (c === ')') depth--;
      else if (c === ',' && !quoted && depth === 0) {
        parts.push('');
        continue;
      }
      parts[parts.length - 1] += add;
    }
    return parts;
  },
  substitute(text, scope) {
    const start = Math.max(text.lastIndexOf('${'), text.lastIndexOf('$['));
    if (start < 0) return text;
    const end = text.indexOf(text[start + 1] === '{' ? '}' : ']', start);
    const inner = text.slice(start + 2, end);
    let value: string;
    if (text[start + 1] === '{') {
      const open = inner.indexOf('(');
      value =
        open < 0
          ? (scope.variable(inner) ?? '')
          : scope.callFunction(inner.slice(0, open), inner.slice(open + 1, inner.lastIndexOf(')')));
    } else {
      const [, a = '', operator, b = ''] = /^(.*?)([=<+])(.*)$/.exec(inner) ?? [];
      if (operator === '+') value = String(Number(a) + Number(b));
      else value = (operator === '=' ? a === b : Number(a) < Number(b)) ? '1' : '0';
    }
    return testSyntax.substitute(text.slice(0, start) + value + text.slice(end + 1), scope);
  },
};
