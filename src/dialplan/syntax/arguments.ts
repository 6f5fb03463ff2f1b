/**
 * Splits the text of an application's or function's parentheses at its commas. Quotes and backslashes are taken off and
 * protect commas; commas in parentheses or brackets stay. Parentheses count even inside quotes, as in Asterisk.
 */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let parentheses = 0;
  let brackets = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '\\':
        part += text.slice(start, at) + (text[at + 1] ?? '');
        start = ++at + 1;
        continue;
      case '"':
        part += text.slice(start, at);
        start = at + 1;
        quoted = !quoted;
        continue;
      case '(':
        parentheses++;
        continue;
      case ')':
        if (parentheses > 0) parentheses--;
        continue;
      case '[':
        brackets++;
        continue;
      case ']':
        if (brackets > 0) brackets--;
        continue;
      case ',':
        if (quoted || parentheses > 0 || brackets > 0) continue;
        parts.push(part + text.slice(start, at));
        part = '';
        start = at + 1;
    }
  }
  parts.push(part + text.slice(start));
  return parts;
}
