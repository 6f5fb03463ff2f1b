import { AsterismError } from '../errors/index.ts';

export type RequestBody = Readonly<Record<string, unknown>>;

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
/** Fields of a form that are looked at. */
const MAX_FIELDS = 1_000;

/** `application/json` of `Application/JSON; charset=utf-8`. */
export function mediaType(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  const semicolon = contentType.indexOf(';');
  return (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
}

/** A JSON object or the fields of a form; anything else is no body. @throws {AsterismError} BODY_NOT_JSON */
export function parseBody(text: string, contentType: string | undefined): RequestBody | undefined {
  if (text === '') return undefined;
  const type = mediaType(contentType);
  if (type === FORM_TYPE) return formFields(text);
  if (type !== JSON_TYPE) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new AsterismError('BODY_NOT_JSON', { detail: withoutBody((error as Error).message) });
  }
  if (typeof parsed !== 'object' || parsed === null) {
    throw new AsterismError('BODY_NOT_JSON', { detail: 'the body is not a JSON object' });
  }
  return Array.isArray(parsed) ? undefined : (parsed as RequestBody);
}

/** The fields of a form; the first of a name counts, and no name can reach what objects inherit. */
function formFields(text: string): RequestBody {
  const fields: Record<string, unknown> = Object.create(null);
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > MAX_FIELDS) break;
    fields[name] ??= value;
  }
  return fields;
}

/** What the JSON parser says, without the piece of the body that it repeats: a password may be in there. */
function withoutBody(message: string): string {
  const snippet = /,? *(?:\.\.\.)?"/.exec(message);
  const kept = snippet === null ? message : message.slice(0, snippet.index);
  return kept === '' ? 'the body is not JSON' : kept;
}
