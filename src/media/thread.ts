import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../platform/index.ts';
import { MediaError } from './api.ts';
import { MediaGraph } from './graph/media-graph.ts';
import type { FromThread, ThreadSettings, ToThread } from './graph/protocol.ts';

/** The thread that media runs in: the graph, driven by messages. */
const port = parentPort;
if (port === null) throw new Error('this module runs as a worker thread');

const tell = (message: FromThread): void => port.postMessage(message);
const graph = new MediaGraph(workerData as ThreadSettings, systemClock, (event) =>
  tell({ kind: 'event', event }),
);

port.on('message', (message: ToThread) => {
  if (message.kind === 'order') {
    graph.order(message.order);
    return;
  }
  const { id, call } = message;
  graph.call(call).then(
    (value) => {
      tell({ kind: 'result', id, value });
      if (call.call === 'close') port.close();
    },
    (error: unknown) => {
      const code = error instanceof MediaError ? error.code : 'closed';
      tell({ kind: 'failure', id, code, message: error instanceof Error ? error.message : String(error) });
    },
  );
});
