/**
 * One message per case of RFC 4475, made to show what that case describes. `expect` is what an agent makes of it:
 * 'handed over' to its user, 'dropped' without a word, or the status it answers by itself.
 */
export interface TortureCase {
  section: string;
  title: string;
  message: string | Buffer;
  expect: 'handed over' | 'dropped' | number;
}

const SDP =
  'v=0\r\no=dave 11 22 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 9000 RTP/AVP 0\r\n';

/** Lines joined, with the length of the body put in for `@length`. */
function lines(head: readonly string[], body = ''): string {
  return `${head.join('\r\n')}\r\n\r\n${body}`.replace('@length', String(Buffer.byteLength(body)));
}

/** The headers a plain request has, with some replaced (by name) and some added. */
function plain(method: string, uri: string, change: Record<string, string | null> = {}, body = ''): string {
  const headers = new Map<string, string | null>([
    ['Via', 'SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-torture'],
    ['Max-Forwards', '70'],
    ['From', '<sip:dave@example.org>;tag=d1'],
    ['To', '<sip:erin@example.com>'],
    ['Call-ID', `torture-${method}`],
    ['CSeq', `12 ${method}`],
    ['Contact', method === 'REGISTER' || method === 'INVITE' ? '<sip:dave@192.0.2.9:5070>' : null],
    ['Content-Type', body === '' ? null : 'application/sdp'],
    ['Content-Length', '@length'],
  ]);
  for (const [name, value] of Object.entries(change)) headers.set(name, value);
  const head = [`${method} ${uri} SIP/2.0`];
  for (const [name, value] of headers) if (value !== null) head.push(`${name}: ${value}`);
  return lines(head, body);
}

function answer(status: string, change: Record<string, string> = {}): string {
  const headers = {
    Via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-none',
    From: '<sip:dave@example.org>;tag=d1',
    To: '<sip:erin@example.com>;tag=e1',
    'Call-ID': 'torture-response',
    CSeq: '12 INVITE',
    'Content-Length': '0',
    ...change,
  };
  return lines([`SIP/2.0 ${status}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)]);
}

const long = (text: string, times: number) => text.repeat(times);

export const tortureCases: readonly TortureCase[] = [
  {
    section: '3.1.1.1',
    title: 'a short tortuous INVITE: folding, blanks, compact names, odd case, unknown headers',
    expect: 'handed over',
    message: lines(
      [
        'INVITE sip:erin@example.com;oddparam SIP/2.0',
        'TO :',
        ' sip:erin@example.com ;   tag    = ',
        'from   : "D \\\\\\" Ave"       <sip:dave@example.org>',
        '  ;',
        '  tag = d1',
        'MaX-fOrWaRdS: 0068',
        'Call-ID: short.77@192.0.2.9',
        'Content-Length   : @length',
        'cseq: 0012',
        '  INVITE',
        'Via  : SIP  /   2.0',
        ' /UDP',
        '    192.0.2.9:5070;branch=z9hG4bK-short',
        's :',
        'OddHeader:   odd value',
        ' goes on',
        'HeaderOfUnknownForm: ;;,,;;,;',
        'Content-Type: application/sdp',
        'Route:',
        ' <sip:proxy.example.com;lr;odd=with;odder>',
        'v:  SIP  / 2.0  / TCP     192.0.2.33   ;',
        '  branch  =   z9hG4bK-one  ,',
        ' SIP  /    2.0   / UDP  192.0.2.44   ; hidden   ;branch=old',
        'm:"Quoted \\"\\"" <sip:dave@192.0.2.9:5070> ; newparam =',
        '      newvalue ;',
        '  secondparam ; q = 0.33',
      ],
      SDP,
    ).replace(' ;   tag    = \r\n', '\r\n'),
  },
  {
    section: '3.1.1.2',
    title: 'the wide range of valid characters',
    expect: 'handed over',
    message: lines([
      "!odd1METHOD.*+`%_~'-Z sip:1_u.n-r!e~s*e'r(v)e&d=+$,;?/%20:&=+$,p%20w@example.com SIP/2.0",
      "Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-.!%60+'~_*",
      'To: "BEL:\\\x07 NUL:\\\x01 DEL:\\\x7f" <sip:1_u.n-r!e~s*e\'r(v)e&d=+$,;?/%20@example.com>',
      "From: tok-en.!%*_+`'~ <sip:1@example.com> ;tag=_t'ag~1-2.3%4+`*!",
      'Max-Forwards: 70',
      'Call-ID: odd%Z(<)>{:}\\/?"[]',
      "CSeq: 139122385 !odd1METHOD.*+`%_~'-Z",
      "extensionHeader-!.%*+_`'~: \uc548\ub155 \u5927",
      'Content-Length: 0',
    ]),
  },
  {
    section: '3.1.1.3',
    title: 'percent escapes where they are valid',
    expect: 'handed over',
    message: plain(
      'INVITE',
      'sip:sips%3Aerin%40example.com@example.net',
      {
        To: 'sip:%65r%69n@example.com',
        From: '<sip:my%20name@example.org>;tag=d1',
        Contact: '<sip:cal%6Cer@192.0.2.9:5070;%6C%72;n%61me=v%61lue%25%34%31>',
      },
      SDP,
    ),
  },
  {
    section: '3.1.1.4',
    title: 'escaped nulls in URIs',
    expect: 'handed over',
    message: plain('REGISTER', 'sip:example.com', {
      To: 'sip:null-%00-null@example.com',
      From: 'sip:null-%00-null@example.com;tag=d1',
      Contact: '<sip:%00@192.0.2.9>, <sip:%00%00@192.0.2.9>',
    }),
  },
  {
    section: '3.1.1.5',
    title: 'a percent sign that is no escape',
    expect: 'handed over',
    message: lines([
      'RE%47IST%45R sip:registrar.example.com SIP/2.0',
      'To: "%Z%45" <sip:erin@example.com>',
      'From: "%Z%45" <sip:erin@example.com>;tag=d1',
      'Call-ID: percent.1',
      'Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK2%fz',
      'CSeq: 29 RE%47IST%45R',
      'Max-Forwards: 70',
      'Contact: <sip:one@192.0.2.9>',
      'C%6Fntact: <sip:two@192.0.2.9>',
      'Contact: <sip:three@192.0.2.9>',
      'l: 0',
    ]),
  },
  {
    section: '3.1.1.6',
    title: 'no blank between display name and angle bracket',
    expect: 'handed over',
    message: plain('OPTIONS', 'sip:erin@example.com', { From: 'dave<sip:dave@example.org>;tag=d1' }),
  },
  {
    section: '3.1.1.7',
    title: 'long values in header fields',
    expect: 'handed over',
    message: plain(
      'INVITE',
      `sip:erin@example.com;${long('long', 40)}=${long('value', 100)}`,
      {
        To: `"${long('I have a long name ', 60)}" <sip:erin@example.com;x=${long('longparam', 30)}>`,
        From: `sip:${long('dave', 80)}@example.org;tag=1${long('2345', 60)};${long('longname', 25)}=${long('longvalue', 50)}`,
        'Call-ID': `${long('long-id', 60)}@192.0.2.9`,
        [`Unknown-${long('Long', 60)}`]: `${long('long-', 150)}value`,
        'X-Via': long('filler ', 200),
      },
      SDP,
    ),
  },
  {
    section: '3.1.1.8',
    title: 'octets after the end of the message in a datagram',
    expect: 'handed over',
    message: `${plain('REGISTER', 'sip:example.com')}INVITE sip:other@example.com SIP/2.0\r\nTo: sip:other@example.com\r\n`,
  },
  {
    section: '3.1.1.9',
    title: 'semicolons in the user part of a URI',
    expect: 'handed over',
    message: plain('OPTIONS', 'sip:erin;par=u%40example.net@example.com'),
  },
  {
    section: '3.1.1.10',
    title: 'transports in Via that we know and do not know',
    expect: 'handed over',
    message: lines([
      'OPTIONS sip:erin@example.com SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-t1',
      'Via: SIP/2.0/SCTP 192.0.2.8;branch=z9hG4bK-t2',
      'Via: SIP/2.0/TLS 192.0.2.7;branch=z9hG4bK-t3',
      'Via: SIP/2.0/WHATEVER 192.0.2.6;branch=z9hG4bK-t4',
      'Via: SIP/2.0/TCP 192.0.2.5;branch=z9hG4bK-t5',
      'Max-Forwards: 70',
      'From: <sip:dave@example.org>;tag=d1',
      'To: <sip:erin@example.com>',
      'Call-ID: transports.1',
      'CSeq: 60 OPTIONS',
      'l: 0',
    ]),
  },
  {
    section: '3.1.1.11',
    title: 'a multipart body with a binary part',
    expect: 'handed over',
    message: (() => {
      const body = Buffer.concat([
        Buffer.from(
          '--cut\r\nContent-Type: text/plain\r\n\r\nHello\r\n--cut\r\nContent-Type: application/octet-stream\r\n\r\n',
        ),
        Buffer.from([0x30, 0x82, 0x00, 0x0d, 0x0a, 0x0d, 0x0a, 0xff, 0xfe]),
        Buffer.from('\r\n--cut--\r\n'),
      ]);
      const head = plain('MESSAGE', 'sip:erin@example.com', {
        'Content-Type': 'multipart/mixed;boundary=cut',
        'Content-Length': String(body.length),
      });
      return Buffer.concat([Buffer.from(head), body]);
    })(),
  },
  {
    section: '3.1.1.12',
    title: 'a reason phrase with unusual characters',
    expect: 'dropped',
    message: answer(
      '200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e \u2014 \u043f\u0440\u043e\u0441\u0442\u043e\u0435',
    ),
  },
  { section: '3.1.1.13', title: 'an empty reason phrase', expect: 'dropped', message: answer('100 ') },
  {
    section: '3.1.2.1',
    title: 'separators too many in Via and Contact',
    expect: 400,
    message: plain(
      'INVITE',
      'sip:erin@example.com',
      {
        Via: 'SIP/2.0/UDP 192.0.2.9:5070;;,;,,;branch=z9hG4bK-sep',
        Contact: '"Dave" <sip:dave@192.0.2.9:5070>;;,,;;',
      },
      SDP,
    ),
  },
  {
    section: '3.1.2.2',
    title: 'Content-Length above the length of the body',
    expect: 400,
    message: plain('INVITE', 'sip:erin@example.com', { 'Content-Length': '9999' }, SDP),
  },
  {
    section: '3.1.2.3',
    title: 'a negative Content-Length',
    expect: 400,
    message: plain('INVITE', 'sip:erin@example.com', { 'Content-Length': '-999' }, SDP),
  },
  {
    section: '3.1.2.4',
    title: 'numbers in a request above what they may be',
    expect: 400,
    message: plain('REGISTER', 'sip:example.com', {
      CSeq: '36893488147419103232 REGISTER',
      'Max-Forwards': '300',
      Expires: '10000000000000000000000000000000000000000000',
      Contact: '<sip:dave@192.0.2.9>;expires=280297596632815',
    }),
  },
  {
    section: '3.1.2.5',
    title: 'numbers in a response above what they may be',
    expect: 'dropped',
    message: answer('503 Service Unavailable', {
      CSeq: '9292394834772304023312 OPTIONS',
      'Retry-After': '949302838503028349304023988',
      Warning: '1812 overture "In Progress"',
    }),
  },
  {
    section: '3.1.2.6',
    title: 'a quoted display name without end',
    expect: 400,
    message: plain('INVITE', 'sip:erin@example.com', { To: '"Mr. Erin <sip:erin@example.com>' }, SDP),
  },
  {
    section: '3.1.2.7',
    title: 'angle brackets around the Request-URI',
    expect: 400,
    message: plain('INVITE', '<sip:erin@example.com>', {}, SDP),
  },
  {
    section: '3.1.2.8',
    title: 'a blank inside the Request-URI',
    expect: 400,
    message: plain('INVITE', 'sip:erin@example.com; lr', {}, SDP),
  },
  {
    section: '3.1.2.9',
    title: 'several blanks between the parts of the request line',
    expect: 400,
    message: plain('INVITE', 'sip:erin@example.com', {}, SDP).replace(
      'INVITE sip:erin@example.com SIP',
      'INVITE  sip:erin@example.com  SIP',
    ),
  },
  {
    section: '3.1.2.10',
    title: 'blanks at the end of the request line',
    expect: 'handed over',
    message: plain('OPTIONS', 'sip:erin@example.com').replace('SIP/2.0\r\nVia', 'SIP/2.0  \r\nVia'),
  },
  {
    section: '3.1.2.11',
    title: 'headers in the Request-URI: ignored',
    expect: 'handed over',
    message: plain('INVITE', 'sip:erin@example.com?Route=%3Csip:example.com%3E', {}, SDP),
  },
  {
    section: '3.1.2.12',
    title: 'a Date in a time zone other than GMT: ignored',
    expect: 'handed over',
    message: plain('INVITE', 'sip:erin@example.com', { Date: 'Fri, 01 Jan 2010 16:00:00 EST' }, SDP),
  },
  {
    section: '3.1.2.13',
    title: 'a Contact with URI headers but no angle brackets',
    expect: 'handed over',
    message: plain('REGISTER', 'sip:example.com', {
      Contact: 'sip:dave@192.0.2.9?Route=%3Csip:sip.example.com%3E',
    }),
  },
  {
    section: '3.1.2.14',
    title: 'blanks inside angle brackets',
    expect: 400,
    message: plain('OPTIONS', 'sip:erin@example.com', { To: '"Erin" < sip:erin@example.com >' }),
  },
  {
    section: '3.1.2.15',
    title: 'an unquoted display name that is no row of tokens: tolerated',
    expect: 'handed over',
    message: plain('OPTIONS', 'sip:erin@example.com', {
      From: 'Dave (the caller) <sip:dave@example.org>;tag=d1',
    }),
  },
  {
    section: '3.1.2.16',
    title: 'another version of the protocol',
    expect: 505,
    message: plain('OPTIONS', 'sip:erin@example.com').replace('com SIP/2.0', 'com SIP/7.0'),
  },
  {
    section: '3.1.2.17',
    title: 'CSeq of another method',
    expect: 400,
    message: plain('OPTIONS', 'sip:erin@example.com', { CSeq: '8 INVITE' }),
  },
  {
    section: '3.1.2.18',
    title: 'an unknown method and CSeq of another one',
    expect: 400,
    message: plain('NEWMETHOD', 'sip:erin@example.com', { CSeq: '8 INVITE' }),
  },
  {
    section: '3.1.2.19',
    title: 'a status of more than three digits',
    expect: 'dropped',
    message: answer('4294967301 better'),
  },
  {
    section: '3.2.1',
    title: 'a branch with nothing after the magic cookie',
    expect: 'handed over',
    message: plain('OPTIONS', 'sip:erin@example.com', { Via: 'SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK' }),
  },
  {
    section: '3.3.1',
    title: 'neither Call-ID nor From nor To',
    expect: 400,
    message: plain('INVITE', 'sip:erin@example.com', { 'Call-ID': null, From: null, To: null }, SDP),
  },
  {
    section: '3.3.2',
    title: 'a Request-URI of an unknown scheme',
    expect: 416,
    message: plain('OPTIONS', 'nobodyKnowsThis:scheme'),
  },
  {
    section: '3.3.3',
    title: 'a Request-URI of a known but unusual scheme',
    expect: 416,
    message: plain('OPTIONS', 'soap.beep://192.0.2.103:3002'),
  },
  {
    section: '3.3.4',
    title: 'unknown schemes in From, To and Contact',
    expect: 'handed over',
    message: plain('REGISTER', 'sip:example.com', {
      To: 'isbn:2983792873',
      From: '<http://www.example.com>;tag=d1',
      Contact: '<name:dave_the_caller>',
    }),
  },
  {
    section: '3.3.5',
    title: 'Require and Proxy-Require of what nobody knows',
    expect: 420,
    message: plain('OPTIONS', 'sip:erin@example.com', {
      Require: 'nothingSupportsThis',
      'Proxy-Require': 'noProxiesSupportThis',
    }),
  },
  {
    section: '3.3.6',
    title: 'a body of an unknown type',
    expect: 'handed over',
    message: plain(
      'INVITE',
      'sip:erin@example.com',
      { 'Content-Type': 'application/unknownformat' },
      '<odd/>',
    ),
  },
  {
    section: '3.3.7',
    title: 'credentials of an unknown scheme',
    expect: 'handed over',
    message: plain('REGISTER', 'sip:example.com', { Authorization: 'NoOneKnowsThisScheme opaque-data=here' }),
  },
  {
    section: '3.3.8',
    title: 'several values of headers that may have one',
    expect: 400,
    message: plain('INVITE', 'sip:erin@example.com', {}, SDP).replace(
      'Max-Forwards: 70\r\n',
      'Max-Forwards: 70\r\nMax-Forwards: 5\r\nCSeq: 59 INVITE\r\nCall-ID: other\r\nFrom: <sip:f@example.org>;tag=x\r\nTo: <sip:t@example.com>\r\n',
    ),
  },
  {
    section: '3.3.9',
    title: 'Content-Length twice, with two values',
    expect: 400,
    message: plain('OPTIONS', 'sip:erin@example.com', {}, 'hello world').replace(
      'Content-Length: 11',
      'Content-Length: 11\r\nContent-Length: 4',
    ),
  },
  {
    section: '3.3.10',
    title: 'a response whose second Via names the broadcast address',
    expect: 'dropped',
    message: answer('200 OK', {
      Via: 'SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK-b, SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK-c',
    }),
  },
  {
    section: '3.3.11',
    title: 'Max-Forwards of zero: we are the last hop',
    expect: 'handed over',
    message: plain('OPTIONS', 'sip:erin@example.com', { 'Max-Forwards': '0' }),
  },
  {
    section: '3.3.12',
    title: 'REGISTER with a Contact header parameter',
    expect: 'handed over',
    message: plain('REGISTER', 'sip:example.com', { Contact: 'sip:+19725552222@192.0.2.9;unknownparam' }),
  },
  {
    section: '3.3.13',
    title: 'REGISTER with a Contact URI parameter',
    expect: 'handed over',
    message: plain('REGISTER', 'sip:example.com', { Contact: '<sip:+19725552222@192.0.2.9;unknownparam>' }),
  },
  {
    section: '3.3.14',
    title: 'REGISTER with a header in the Contact URI',
    expect: 'handed over',
    message: plain('REGISTER', 'sip:example.com', {
      Contact: '<sip:dave@192.0.2.9?Route=%3Csip:sip.example.com%3E>',
    }),
  },
  {
    section: '3.3.15',
    title: 'an Accept that does not allow SDP',
    expect: 'handed over',
    message: plain('INVITE', 'sip:erin@example.com', { Accept: 'text/nobodyKnowsThis' }),
  },
  {
    section: '3.4.1',
    title: 'an INVITE as RFC 2543 wrote it: no branch, no tags, no Max-Forwards',
    expect: 'handed over',
    message: lines(
      [
        'INVITE sip:erin@example.com SIP/2.0',
        'Via: SIP/2.0/UDP 192.0.2.9:5070',
        'From: <sip:dave@example.org>',
        'Record-Route: <sip:erin@example.com;maddr=ss1.example.com>',
        'To: sip:erin@example.com',
        'Call-ID: old.1',
        'CSeq: 1 INVITE',
        'Contact: Dave <sip:dave@192.0.2.9:5070>',
        'Content-Type: application/sdp',
      ],
      SDP,
    ),
  },
];
