/** The parts of the npm package `awry` that the tests use; the package ships no types. */
declare module 'awry' {
  import type { EventEmitter } from 'node:events';

  export interface Message {
    readonly type: string;
    readonly channel?: { readonly id: string };
    readonly args?: readonly string[];
    readonly [member: string]: unknown;
  }
  interface Answer {
    readonly status: number;
    readonly data: unknown;
  }
  interface Login {
    readonly username: string;
    readonly password: string;
  }
  type Call = (parameters?: object) => Promise<Answer>;
  interface Events extends EventEmitter {
    on(event: 'message', listener: (message: Message) => void): this;
    close(): void;
  }
  const awry: {
    readonly API: new (
      options: Login & { readonly baseUrl: string },
    ) => {
      readonly applications: Record<'list', Call>;
      readonly channels: Record<
        'answer' | 'getChannelVariable' | 'hangup' | 'list' | 'setChannelVariable',
        Call
      >;
      readonly asterisk: Record<'deleteObject' | 'getObject' | 'updateObject', Call>;
    };
    readonly Events: {
      connect(
        options: Login & { readonly app: string; readonly url: string; readonly reconnect: boolean },
      ): Events;
    };
  };
  export default awry;
}
