/** A file to edit: comments, an include, a template, what inherits from it, and categories that are there twice. */
export const SEED = `; leading comment
#include "other.conf"
[general]
; a comment about foo
foo=bar ; trailing
foo = second
baz => obj
empty=
esc=a\\;b

[users]
; c1
6001=alice
6002 = bob

[tmpl](!)
x=1
[inst](tmpl)
y=2
[inst](+)
z=3
[dup]
a=1
[dup]
a=2
`;

/** What `other.conf`, which it includes, says. */
export const OTHER = '[inc]\nfrominc=1\n';
