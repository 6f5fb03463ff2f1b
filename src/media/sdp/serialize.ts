import type { Attribute, Connection, SessionDescription } from './description.ts';

/** The text of a description: CRLF after every line, in the order that RFC 8866 §5 demands. */
export function serializeSdp(description: SessionDescription): string {
  const { origin } = description;
  let text = `v=0\r\no=${word(origin.username)} ${word(origin.sessionId)} ${word(origin.sessionVersion)} IN ${origin.family} ${word(origin.address)}\r\n`;
  text += `s=${line(description.name) || '-'}\r\n`;
  if (description.connection) text += connectionLine(description.connection);
  for (const each of description.bandwidth) text += `b=${line(each)}\r\n`;
  for (const each of description.times) text += `t=${line(each)}\r\n`;
  text += attributeLines(description.attributes);
  for (const media of description.media) {
    text += `m=${word(media.type)} ${media.port} ${word(media.protocol)}`;
    for (const format of media.formats) text += ` ${word(format)}`;
    text += '\r\n';
    if (media.connection) text += connectionLine(media.connection);
    for (const each of media.bandwidth) text += `b=${line(each)}\r\n`;
    text += attributeLines(media.attributes);
  }
  return text;
}

function connectionLine(connection: Connection): string {
  return `c=IN ${connection.family} ${word(connection.address)}\r\n`;
}

function attributeLines(attributes: readonly Attribute[]): string {
  let text = '';
  for (const each of attributes) {
    text +=
      each.value === undefined ? `a=${line(each.name)}\r\n` : `a=${line(each.name)}:${line(each.value)}\r\n`;
  }
  return text;
}

/** A value may come from configuration (`sdp_session`, `sdp_owner`): a line break in it would forge lines. */
function line(text: string): string {
  return text.replace(/[\r\n\0]/g, ' ');
}

function word(text: string): string {
  const safe = text.replace(/[\s\0]/g, '');
  return safe === '' ? '-' : safe;
}
