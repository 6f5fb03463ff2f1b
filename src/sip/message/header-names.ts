/** Header names in their usual spelling; a known one compares by identity. */
const known =
  `Accept Accept-Contact Accept-Encoding Accept-Language Alert-Info Allow Allow-Events Authentication-Info
Authorization Call-ID Call-Info Contact Content-Disposition Content-Encoding Content-Language Content-Length
Content-Type CSeq Date Diversion Error-Info Event Expires Flow-Timer From Geolocation History-Info Identity
Identity-Info In-Reply-To Join Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Asserted-Identity
P-Access-Network-Info P-Asserted-Service P-Preferred-Identity Path Priority Privacy Proxy-Authenticate
Proxy-Authorization Proxy-Require RAck Reason Record-Route Refer-Sub Refer-To Referred-By Reject-Contact
Remote-Party-ID Replaces Reply-To Request-Disposition Require Retry-After Route RSeq Security-Client Security-Server
Security-Verify Server Service-Route Session-Expires SIP-ETag SIP-If-Match Subject Subscription-State Supported
Target-Dialog Timestamp To Unsupported User-Agent Via Warning WWW-Authenticate`.split(/\s+/);

const compact: Record<string, string> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

const spellings = new Map<string, string>();
for (const name of known) {
  spellings.set(name, name);
  spellings.set(name.toLowerCase(), name);
}
for (const [letter, name] of Object.entries(compact)) {
  spellings.set(letter, name);
  spellings.set(letter.toUpperCase(), name);
}

/** The usual spelling of a header name, compact forms opened (RFC 3261 §7.3.3); an unknown one comes back as it is. */
export function canonicalHeader(name: string): string {
  return spellings.get(name) ?? spellings.get(name.toLowerCase()) ?? name;
}

/** Whether the name, in its usual spelling, is one of the table. */
export function isKnownHeader(name: string): boolean {
  return spellings.get(name) === name;
}
