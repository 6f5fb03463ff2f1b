/** What one kind of error looks like from outside. */
export interface ErrorEntry {
  /** HTTP status; AMI and CLI derive failure from it being 400 or more. */
  readonly status: number;
  /** Reason phrase where the matched behaviour differs from the standard one. */
  readonly reason?: string;
  /** The text that clients match on; `{name}` is filled from the arguments. */
  readonly message: string;
  /** The member that carries the text in JSON where it is not `message`. */
  readonly member?: 'error';
  /** What to do about it, in one sentence; `{name}` likewise. */
  readonly hint?: string;
}

/**
 * Every error that leaves the program through a door. The key is the stable `code` that clients may test;
 * `message` keeps Asterisk's text where it was recorded.
 */
export const errorTable = {
  UNAUTHORIZED: { status: 401, message: 'Authentication required' },
  FORBIDDEN: { status: 403, message: 'Write access denied', hint: 'The user {user} may only read.' },
  OPERATION_FORBIDDEN: {
    status: 403,
    message: 'Operation not allowed',
    hint: 'Ask with another user or token, or have {operation} allowed: see docs/ari.md.',
  },
  APPLICATION_FORBIDDEN: {
    status: 403,
    message: 'Application not allowed',
    hint: "Ask with another user or token, or have '{application}' allowed: see docs/ari.md.",
  },
  TOKEN_EXPIRED: {
    status: 401,
    message: 'Authentication required',
    hint: 'The token has expired; make another one.',
  },
  TOKEN_FORBIDDEN: {
    status: 403,
    message: 'Tokens are not made with a token',
    hint: 'Log in with a password.',
  },
  TOKEN_LIMIT: {
    status: 409,
    message: 'Too many tokens',
    hint: 'Revoke some of the tokens of {user} first.',
  },
  TOKEN_NOT_FOUND: { status: 404, message: 'Token not found' },
  TOO_MANY_FAILURES: {
    status: 429,
    message: 'Too many failed logins',
    hint: 'This address has failed to log in too often; wait a moment.',
  },
  ACL_DENIED: { status: 403, message: 'Access denied by ACL' },
  NOT_FOUND: { status: 404, message: 'Resource not found' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'Invalid method' },
  TRAILING_SLASH: { status: 404, message: 'ARI URLs do not end with a slash. Try /ari/{path}' },
  NOT_IMPLEMENTED: {
    status: 501,
    message: 'Operation not implemented',
    hint: 'The operation {operation} exists in ARI and is not built yet; see docs/compatibility.md.',
  },
  UPGRADE_REQUIRED: { status: 426, message: 'Upgrade Required', hint: 'Open this URL as a WebSocket.' },
  DOCS_METHOD: { status: 405, message: 'Unsupported method' },
  BODY_NOT_JSON: { status: 400, message: 'Error parsing request body' },
  BODY_TOO_LARGE: {
    status: 413,
    reason: 'Request Entity Too Large',
    message: 'Request body too large',
  },
  INTERNAL: { status: 500, message: 'Internal Server Error' },
  STARTING: { status: 503, reason: 'Service Unavailable', message: 'Asterisk booting' },

  MODULE_NOT_FOUND: { status: 404, message: 'Module could not be found in running modules' },
  CHANNEL_NOT_FOUND: { status: 404, message: 'Channel not found' },
  CHANNEL_NOT_IN_STASIS: { status: 409, message: 'Channel not in Stasis application' },
  LABEL_NOT_FOUND: { status: 404, message: "Unable to find label '{label}'" },
  ENDPOINT_MISSING: { status: 400, message: 'Endpoint must be specified' },
  ENDPOINT_INVALID: {
    status: 400,
    message: 'Invalid endpoint specified',
    hint: 'An endpoint is a technology, a slash, and whom to call: PJSIP/alice.',
  },
  DESTINATION_MISSING: { status: 400, message: 'Application or extension must be specified' },
  CHANNEL_ID_TOO_LONG: { status: 400, message: 'Uniqueid length exceeds maximum of {limit}' },
  CHANNEL_ID_TAKEN: { status: 409, message: 'Channel with given unique ID already exists' },
  ORIGINATOR_NOT_FOUND: { status: 400, message: 'Provided originator channel was not found' },
  ORIGINATOR_AND_FORMATS: { status: 400, message: "Originator and formats can't both be specified" },
  FORMAT_NOT_FOUND: { status: 400, message: 'Provided format ({format}) was not found' },
  ORIGINATE_LABEL_NOT_FOUND: { status: 404, message: 'Requested label can not be found' },
  CHANNEL_VARIABLE_INVALID: {
    status: 400,
    message:
      "Each value in 'variables' must be a string or an object with 'value' and optional 'report_events'",
  },
  CHANNEL_VARIABLE_WITHOUT_VALUE: {
    status: 400,
    message: "Each object value in 'variables' must include string field 'value'",
  },
  ALLOCATION_FAILED: { status: 500, message: 'Allocation failed', member: 'error' },
  CHANNEL_NOT_DOWN: { status: 409, message: "Channel is not in the 'Down' state" },
  CALLER_NOT_FOUND: { status: 409, message: 'Calling channel not found' },
  CHANNEL_BUSY: { status: 503, message: 'Too many commands wait for the channel' },
  PROVIDED_CHANNEL_NOT_FOUND: {
    status: 404,
    reason: 'Channel Not Found',
    message: 'Provided channel was not found',
  },
  HANGUP_REASON_TWICE: { status: 400, message: "The reason and reason_code can't both be specified" },
  HANGUP_CODE_INVALID: {
    status: 400,
    reason: 'Invalid Reason Code',
    message: 'Invalid reason for hangup reason code provided',
  },
  DEVICE_NOT_CONTROLLED: { status: 409, message: 'Uncontrolled device specified' },
  DEVICE_STATE_INVALID: { status: 500, message: 'Unknown device' },
  FILTER_INVALID: { status: 400, message: 'Invalid format definition' },
  USER_EVENT_SOURCE_NOT_FOUND: { status: 422, message: 'Event source was not found' },
  USER_EVENT_INVALID: { status: 500, message: 'Error processing request' },
  DTMF_MISSING: { status: 400, message: 'DTMF is required' },
  DTMF_UNSUPPORTED: { status: 501, message: 'The channel cannot send DTMF' },
  MODULE_NOT_RUNNING: { status: 404, message: 'Module not found in running modules' },
  MODULE_UNREADABLE: { status: 409, message: 'Module information could not be retrieved' },
  MODULE_LOADED: { status: 409, message: 'Module is already loaded' },
  MODULE_LOAD_DECLINED: { status: 409, message: 'Module load declined' },
  MODULE_IN_USE: { status: 409, message: 'Module could not be unloaded' },
  MODULE_RELOAD_FAILED: { status: 409, message: 'Module could not be reloaded' },
  MODULE_RELOAD_UNSUPPORTED: { status: 409, message: 'Module does not support reloading' },
  APPLICATION_NOT_FOUND: { status: 404, message: 'Application not found' },
  EVENT_SOURCE_INVALID: { status: 400, message: 'Invalid event source URI scheme' },
  EVENT_SOURCE_UNKNOWN: { status: 422, message: 'Event source does not exist' },
  EVENT_SOURCE_NOT_SUBSCRIBED: { status: 422, message: 'Event source was not subscribed to' },
  TECHNOLOGY_NOT_FOUND: { status: 404, message: 'No Endpoints found - invalid tech {technology}' },
  ENDPOINT_NOT_FOUND: { status: 404, message: 'Endpoint not found' },
  MESSAGE_TO_MISSING: { status: 400, message: 'To must be specified' },
  MESSAGE_VARIABLES_INVALID: {
    status: 400,
    message: "Only string values in the 'variables' object allowed",
  },
  MAILBOX_NOT_FOUND: { status: 404, message: 'Mailbox not found' },
  MAILBOX_COUNT_INVALID: { status: 400, message: 'Message counts are numbers from 0' },
  PARAMETER_MISSING: { status: 400, message: 'Missing parameter {field}' },
  VARIABLE_NAME_MISSING: { status: 400, message: 'Variable name is required' },
  HANGUP_REASON_INVALID: {
    status: 400,
    reason: 'Invalid Reason',
    message: 'Invalid reason for hangup reason provided',
  },
  VARIABLE_NOT_FOUND: {
    status: 404,
    reason: 'Variable Not Found',
    message: 'Provided variable was not found',
  },
  OBJECT_NOT_FOUND: { status: 404, message: "Object with id '{id}' not found" },
  CLASS_NOT_FOUND: { status: 404, message: "configClass '{class}' not found" },
  TYPE_NOT_FOUND: { status: 404, message: "objectType '{type}' not found" },
  PUSH_NO_FIELDS: {
    status: 400,
    reason: 'Bad request',
    message: "Fields must be provided to update object '{id}'",
  },
  PUSH_FIELD_REFUSED: {
    status: 400,
    reason: 'Bad request',
    message: "{verb} of object '{id}' failed field value validation",
  },
  PUSH_CREATE_REFUSED: { status: 403, message: "Cannot create sorcery objects of type '{type}'" },
  PUSH_UPDATE_REFUSED: { status: 403, message: "Cannot update sorcery objects of type '{type}'" },
  PUSH_DELETE_REFUSED: { status: 403, message: "Could not delete object with id '{id}'" },
  STORE_UNREADABLE: {
    status: 503,
    message: 'The store cannot be read',
    hint: 'Whether the object exists is not known; try again.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    message: 'The store cannot be written',
    hint: 'Nothing was changed; try again.',
  },

  PARAMETER_INVALID: { status: 400, message: 'Invalid parameter {field}' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** Members that stand beside `message` in an answer. */
export interface ErrorDetails {
  /** Fills the `{name}` places of the table's texts. */
  readonly args?: Readonly<Record<string, string>>;
  /** Replaces the table's message where a recording demands another text for the same kind. */
  readonly message?: string;
  readonly field?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error meant for the person or program on the other side of a door. */
export class AsterismError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly reason: string | undefined;
  /** The member of JSON that carries the text. */
  readonly member: 'message' | 'error';
  readonly field: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const entry: ErrorEntry = errorTable[code];
    const fill = (text: string) =>
      text.replace(/\{(\w+)\}/g, (whole, name: string) => details.args?.[name] ?? whole);
    super(details.message ?? fill(entry.message), { cause: details.cause });
    this.name = 'AsterismError';
    this.code = code;
    this.status = entry.status;
    this.reason = entry.reason;
    this.member = entry.member ?? 'message';
    this.field = details.field;
    this.detail = details.detail;
    // A hint with an unfilled place would tell less than none.
    const places = entry.hint?.matchAll(/\{(\w+)\}/g) ?? [];
    const filled = [...places].every(([, name = '']) => details.args?.[name] !== undefined);
    this.hint = details.hint ?? (entry.hint === undefined || !filled ? undefined : fill(entry.hint));
  }
}

export function isAsterismError(error: unknown): error is AsterismError {
  return error instanceof AsterismError;
}
