/** One line of the page. */
export type StatusRow = readonly [label: string, value: string];

/** `/httpstatus`: how the server is set up, for a browser. */
export function statusPage(rows: readonly StatusRow[]): string {
  const lines = rows.map(
    ([label, value]) => `<tr><td><i>${label}</i></td><td><b>${escapeHtml(value)}</b></td></tr>`,
  );
  return (
    '<!DOCTYPE html>\n<html><head><title>Asterism HTTP status</title></head>\n<body>\n' +
    `<h2>HTTP status</h2>\n<table>\n${lines.join('\n')}\n</table>\n</body></html>\n`
  );
}

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
