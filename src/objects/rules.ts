import type { Draft } from '../sorcery/index.ts';

/** Where there are addresses of its own, an access list is shown as `deny/permit`. */
export function finishRules(draft: Draft, shown: string, rules: readonly string[]): undefined {
  if (rules.some((each) => draft.get(each) !== '')) draft.set(shown, 'deny/permit');
}
