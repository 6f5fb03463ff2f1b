/**
 * Lives here: one running server: it builds the parts, connects them, and closes them in the opposite order.
 * Not here: whatever a part can do for itself; the command line (main.ts).
 * May ask: every part.
 */
export { type RunningServer, type ServerOptions, type StopMode, startServer } from './server.ts';
