import type { ApplicationDefinition } from '../apps/definition.ts';
import type { FunctionDefinition } from '../functions/definition.ts';

/**
 * What can do harm in the original and is not built here: refused as there, so that who tries is told so whether it is
 * there or not. An entry goes when its definition comes, which then says the same of itself.
 */
const NOT_BUILT = {
  applications: ['AGI', 'DeadAGI', 'EAGI', 'ExternalIVR', 'MixMonitor', 'Originate', 'System', 'TrySystem'],
  functions: ['CURL', 'FILE', 'SHELL'],
};

/** Whether running an application with this data can do harm, by what is declared of it and of the functions named. */
export function forbids(
  application: string,
  data: string,
  applications: readonly ApplicationDefinition[],
  functions: readonly FunctionDefinition[],
): boolean {
  const wanted = application.trim().toUpperCase();
  const same = (name: string) => name.toUpperCase() === wanted;
  if (NOT_BUILT.applications.some(same)) return true;
  if (applications.some(({ name, dangerous }) => dangerous === true && same(name))) return true;
  const harmful = functions.filter((each) => each.dangerous !== undefined || each.evaluates === true);
  const upper = data.toUpperCase();
  return [...NOT_BUILT.functions, ...harmful.map(({ name }) => name)].some((name) => calls(upper, name));
}

/** Whether a text in capitals has a call of this function: its name, then a parenthesis. */
function calls(upper: string, name: string): boolean {
  for (let at = upper.indexOf(name); at >= 0; at = upper.indexOf(name, at + 1)) {
    if (/[A-Z0-9_]/.test(upper.charAt(at - 1))) continue;
    if (
      upper
        .slice(at + name.length)
        .trimStart()
        .startsWith('(')
    )
      return true;
  }
  return false;
}
