import { describe, expect, it } from 'vitest';
import { callSyntax } from './syntax.ts';

describe('the syntax line of an application or function', () => {
  it('puts optional arguments into brackets', () => {
    expect(
      callSyntax({ name: 'Stasis', arguments: [{ name: 'app_name', required: true }, { name: 'args' }] }),
    ).toBe('Stasis(app_name[,args])');
    expect(callSyntax({ name: 'CHANNELS', arguments: [{ name: 'regular_expression' }] })).toBe(
      'CHANNELS([regular_expression])',
    );
    expect(callSyntax({ name: 'MASTER_CHANNEL', arguments: [] })).toBe('MASTER_CHANNEL()');
  });
});
