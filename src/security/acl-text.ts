import type { Acl } from './acl.ts';

const RULER = '-'.repeat(45);

/** An access list as console commands print it: its own lines, then the lists that it refers to. */
export function aclText(acl: Acl, indent = '', name = '(unnamed)'): string {
  let text = '';
  if (acl.lines.length > 0 || acl.named.length === 0) {
    text += `${indent}ACL: ${name}\n${RULER}\n`;
    acl.lines.forEach(({ permit, network }, index) => {
      text += `${indent}${String(index).padStart(3)}: ${permit ? 'allow' : ' deny'} - ${network}\n`;
    });
  }
  for (const { name: other, acl: list } of acl.named) {
    text +=
      list === undefined ? `${indent}ACL: ${other} (missing)\n${RULER}\n` : aclText(list, indent, other);
  }
  return text;
}
