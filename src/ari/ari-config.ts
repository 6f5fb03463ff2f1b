import type { Acl, Scope, User } from '../security/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';
import { readAccess } from './access.ts';
import { listed } from './scope-lists.ts';

/** A user of ari.conf with what verifies it. */
export interface AriUser extends User {
  readonly password: string;
  readonly crypted: boolean;
  /** Where the user may come from; undefined for anywhere. */
  readonly acl: Acl | undefined;
}

/** [general] of ari.conf. */
export interface AriGeneral {
  readonly enabled: boolean;
  readonly pretty: boolean;
  readonly realm: string;
  /** Origins of pages that may read answers; `*` for any. */
  readonly allowedOrigins: readonly string[];
  /** Variables and functions that every channel in an answer or event shows. */
  readonly channelVars: readonly string[];
  /** Milliseconds that a reader of events may take nothing before its socket is closed. */
  readonly writeTimeoutMs: number;
  /** Milliseconds that the events of a resumable application are kept for a socket that was lost; 0 is not at all. */
  readonly resumeGraceMs: number;
  /** Events of one such application that are kept, at most. */
  readonly resumeKeep: number;
  /** Whether managers hear of logins. */
  readonly securityEvents: boolean;
}

/** A connection that this server opens to an application (`type=outbound_websocket`). */
export interface OutboundWebSocket {
  readonly name: string;
  /** The websocket_client that says where to. */
  readonly client: string;
  readonly apps: readonly string[];
  /** The user of ari.conf whose rights the far end has. */
  readonly user: string;
  readonly subscribeAll: boolean;
}

/** What stands in place of a section that cannot be read: off. */
export const GENERAL_OFF: AriGeneral = {
  enabled: false,
  pretty: false,
  realm: 'Asterisk REST Interface',
  allowedOrigins: [],
  channelVars: [],
  writeTimeoutMs: 100,
  resumeGraceMs: 0,
  resumeKeep: 1_000,
  securityEvents: false,
};

export function readGeneral(object: SorceryObject): AriGeneral {
  return {
    enabled: object.is('enabled'),
    pretty: object.is('pretty'),
    realm: object.get('auth_realm'),
    allowedOrigins: object.list('allowed_origins'),
    channelVars: listOfExpressions(object.get('channelvars')),
    writeTimeoutMs: object.number('websocket_write_timeout'),
    resumeGraceMs: object.number('resume_grace') * 1_000,
    resumeKeep: object.number('resume_buffer'),
    securityEvents: object.is('security_events'),
  };
}

export function readUser(object: SorceryObject, namedAcl: (name: string) => Acl | undefined): AriUser {
  const scope: Scope = {
    of: `user '${object.id}'`,
    allowOperations: listed(object.get('allow_operations')),
    denyOperations: listed(object.get('deny_operations')),
    allowApplications: listed(object.get('allow_applications')),
    denyApplications: listed(object.get('deny_applications')),
  };
  const { of: _of, ...lists } = scope;
  return {
    name: object.id,
    readOnly: object.is('read_only'),
    password: object.get('password'),
    crypted: object.get('password_format') === 'crypt',
    acl: readAccess(object.get('access'), namedAcl),
    scopes: Object.values(lists).some((each) => each.length > 0) ? [scope] : [],
  };
}

export function readOutbound(object: SorceryObject): OutboundWebSocket {
  return {
    name: object.id,
    client: object.get('websocket_client_id'),
    apps: object.list('apps'),
    user: object.get('local_ari_user'),
    subscribeAll: object.is('subscribe_all'),
  };
}

/** Names with commas between them; a function's arguments may have commas too: `V1,CHANNEL(rtp,audio)`. */
function listOfExpressions(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let item = '';
  for (const char of text) {
    if (char === '(') depth++;
    else if (char === ')') depth--;
    if (char === ',' && depth <= 0) {
      found.push(item.trim());
      item = '';
    } else item += char;
  }
  found.push(item.trim());
  return found.filter((each) => each !== '');
}
