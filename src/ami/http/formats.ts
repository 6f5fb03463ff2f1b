import { type Header, renderLines } from '../packet.ts';

/** How a reply is written: its media type, and one packet after the other between a beginning and an end. */
export interface Format {
  readonly contentType: string;
  begin(door: string): string;
  packet(headers: readonly Header[], query: ReadonlyMap<string, string>): string;
  end(): string;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ["'", '&apos;'],
  ['"', '&quot;'],
]);
const SPECIAL = /[&<>'"]/g;
// XML 1.0 §2.2 has no place for these, escaped or not.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters are the point
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escapeText(text: string): string {
  return text.replace(FORBIDDEN, '?').replace(SPECIAL, (each) => ENTITIES.get(each) ?? each);
}

/** As on a connection. */
const raw: Format = {
  contentType: 'text/plain',
  begin: () => '',
  packet: (headers) => `${renderLines(headers)}\r\n`,
  end: () => '',
};

/** `Line-000000-000001` as an attribute's name. */
function attributeName(header: string): string {
  const name = header.toLowerCase().replace(/[^a-z0-9_]/g, '_');
  return /^[a-z_]/.test(name) ? name : `_${name}`;
}

const TAG = /^[A-Za-z_][\w-]{0,63}$/;

/** One element for each packet, headers as attributes; the second of a name gets a number. */
const xml: Format = {
  contentType: 'text/xml',
  begin: () => '<ajax-response>\n',
  packet(headers, query) {
    const type = query.get('ajaxobjtype') ?? '';
    const id = escapeText(query.get('ajaxdest') ?? 'unknown');
    const seen = new Map<string, number>();
    let text = `<response type='object' id='${id}'><${TAG.test(type) ? type : 'generic'}`;
    for (const [header, value] of headers) {
      const name = attributeName(header);
      const before = seen.get(name) ?? 0;
      seen.set(name, before + 1);
      text += ` ${before === 0 ? name : `${name}-${before}`}='${escapeText(value)}'`;
    }
    return `${text} /></response>\n`;
  },
  end: () => '</ajax-response>\n',
};

/** A page to try actions by hand. */
const html: Format = {
  contentType: 'text/html',
  begin: (door) =>
    '<title>Asterisk&trade; Manager Interface</title><body bgcolor="#ffffff">' +
    '<table align=center bgcolor="#f1f1f1" width="500">\r\n' +
    '<tr><td colspan="2" bgcolor="#f1f1ff"><h1>Manager Tester</h1></td></tr>\r\n' +
    `<tr><td colspan="2" bgcolor="#f1f1ff"><form action="${door}" method="post">\n` +
    '\tAction: <select name="action">\n' +
    '\t\t<option value="">-----&gt;</option>\n' +
    '\t\t<option value="login">login</option>\n' +
    '\t\t<option value="command">Command</option>\n' +
    '\t\t<option value="waitevent">waitevent</option>\n' +
    '\t\t<option value="listcommands">listcommands</option>\n' +
    '\t</select>\n' +
    '\tor <input name="action"><br/>\n' +
    '\tCLI Command <input name="command"><br>\n' +
    '\tuser <input name="username"> pass <input type="password" name="secret"><br>\n' +
    '\t<input type="submit">\n</form>\n</td></tr>\r\n',
  packet(headers) {
    let text = '';
    for (const [name, value] of headers)
      text += `<tr><td>${escapeText(name)}</td><td>${escapeText(value)}</td></tr>\n`;
    return `${text}<tr><td colspan="2"><hr></td></tr>\r\n`;
  },
  end: () => '</table></body>\r\n',
};

export interface DoorSpec {
  readonly prefix: string;
  readonly format: Format;
  /** Whether clients log in with HTTP's own digest instead of an action and a cookie. */
  readonly digest: boolean;
  /** What `http show status` says of it. */
  readonly about: string;
}

const DIGEST = ' w/Digest authentication';

/** The six addresses of the manager interface on the HTTP server. */
export const doors: readonly DoorSpec[] = [
  { prefix: 'rawman', format: raw, digest: false, about: 'Raw HTTP Manager Event Interface' },
  { prefix: 'manager', format: html, digest: false, about: 'HTML Manager Event Interface' },
  { prefix: 'mxml', format: xml, digest: false, about: 'XML Manager Event Interface' },
  { prefix: 'arawman', format: raw, digest: true, about: `Raw HTTP Manager Event Interface${DIGEST}` },
  { prefix: 'amanager', format: html, digest: true, about: `HTML Manager Event Interface${DIGEST}` },
  { prefix: 'amxml', format: xml, digest: true, about: `XML Manager Event Interface${DIGEST}` },
];
