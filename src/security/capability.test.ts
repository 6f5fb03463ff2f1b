import { describe, expect, it } from 'vitest';
import { may, refusal, type Scope, type User, type Wish, withApplication } from './capability.ts';
import { matchesOperation } from './pattern.ts';

const scope = (more: Partial<Scope>): Scope => ({
  ...{ of: "user 'u'", allowOperations: [], denyOperations: [], allowApplications: [], denyApplications: [] },
  ...more,
});
const user = (...scopes: Scope[]): User => ({ name: 'u', readOnly: false, scopes });
const hangup = {
  ...{ key: 'channels.hangup', method: 'DELETE', template: '/channels/{channelId}', path: '/channels/1.2' },
};
const asks = (wish: Partial<Wish>): Wish => ({ capability: 'write', ...wish });

describe('a pattern', () => {
  it.each([
    ['channels.hangup', true],
    ['hangup', true],
    ['channels.*', true],
    ['hang*', true],
    ['*', true],
    ['DELETE /channels/*', true],
    ['* /channels/*', true],
    ['DELETE *', true],
    ['DELETE /channels/{channelId}', true],
    ['DELETE /channels/1.2', true],
    ['GET /channels/*', false],
    ['DELETE /channels/1.3', false],
    ['channels', false],
    ['bridges.*', false],
    ['list', false],
  ])('%s is about hanging up: %s', (pattern, about) => {
    expect(matchesOperation(pattern, hangup)).toBe(about);
  });
});

describe('what a user may do', () => {
  it('is anything without lists, and only to look for a reader', () => {
    expect(
      refusal({ name: 'u', readOnly: false }, asks({ operation: hangup, applications: ['a'] })),
    ).toBeUndefined();
    expect(may({ name: 'r', readOnly: true }, 'read')).toBe(true);
    expect(refusal({ name: 'r', readOnly: true }, asks({}))?.code).toBe('FORBIDDEN');
  });

  it('is what is allowed without what is denied, and the refusal says whose list it was', () => {
    const allowed = user(scope({ allowOperations: ['channels.*'] }));
    expect(refusal(allowed, asks({ operation: hangup }))).toBeUndefined();
    const both = user(scope({ allowOperations: ['channels.*'], denyOperations: ['hangup'] }));
    expect(refusal(both, asks({ operation: hangup }))).toMatchObject({
      ...{ code: 'OPERATION_FORBIDDEN', status: 403, detail: "deny_operations of user 'u' has 'hangup'" },
    });
    expect(
      refusal(user(scope({ allowOperations: ['bridges.*'] })), asks({ operation: hangup }))?.detail,
    ).toBe("allow_operations of user 'u' does not have 'channels.hangup'");
  });

  it('is about every application of a wish', () => {
    const one = user(scope({ allowApplications: ['bot*'], denyApplications: ['bot-x'] }));
    const why = (...applications: string[]) => refusal(one, asks({ applications }))?.detail;
    expect(why('bot', 'bot-2')).toBeUndefined();
    expect(why('bot', 'other')).toBe("allow_applications of user 'u' does not have 'other'");
    expect(why('bot-x')).toBe("deny_applications of user 'u' has 'bot-x'");
    expect(why()).toBeUndefined();
  });

  it('is what all of several lists agree on', () => {
    const narrow = user(scope({}), scope({ of: "token 't'", allowOperations: ['list'] }));
    expect(refusal(narrow, asks({ operation: hangup }))?.detail).toContain("token 't'");
    expect(
      refusal(user(scope({ denyOperations: ['*'] }), scope({})), asks({ operation: hangup })),
    ).toBeDefined();
  });

  it('grows by the application that was made for one call, unless it is denied', () => {
    const own = 'bot:PJSIP/alice-00000001';
    const may = (each: User) =>
      refusal(withApplication(each, own), asks({ applications: [own] })) === undefined;
    expect(may(user(scope({ allowApplications: ['bot'] })))).toBe(true);
    expect(may(user(scope({ allowApplications: ['bot'], denyApplications: ['bot:*'] })))).toBe(false);
    expect(may(user(scope({ denyApplications: ['x'] })))).toBe(true);
  });
});
