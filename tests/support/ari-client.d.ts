/** The part of the npm package `ari-client` that the tests use; the package ships no types. */
declare module 'ari-client' {
  export interface Channel {
    readonly id: string;
    answer(): Promise<void>;
    hangup(): Promise<void>;
  }
  export interface Client {
    on(
      event: 'StasisStart',
      listener: (event: { application: string; args: string[] }, channel: Channel) => void,
    ): void;
    on(event: 'ChannelDtmfReceived', listener: (event: { digit: string }, channel: Channel) => void): void;
    once(event: 'StasisEnd' | 'WebSocketConnected', listener: () => void): void;
    start(apps: string | string[]): void;
    stop(): void;
  }
  const ari: { connect(url: string, user: string, password: string): Promise<Client> };
  export default ari;
}
