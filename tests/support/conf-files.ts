import type { ConfFiles } from '../../src/conf/index.ts';

/** Files in memory; a folder is what another path starts with. */
export function memoryFiles(files: Record<string, string | Uint8Array>): ConfFiles {
  const table = new Map(Object.entries(files));
  const isFolder = (path: string) =>
    [...table.keys()].some((each) => each.startsWith(path === '/' ? '/' : `${path}/`));
  return {
    read(path) {
      const content = table.get(path);
      if (content === undefined) return undefined;
      const bytes = Buffer.from(content);
      return { bytes, mtimeMs: 1, size: bytes.length };
    },
    kind: (path) => (table.has(path) ? 'file' : isFolder(path) ? 'folder' : undefined),
    list(folder) {
      const prefix = folder === '/' ? '/' : `${folder}/`;
      const names = [...table.keys()].filter((each) => each.startsWith(prefix));
      return [...new Set(names.map((each) => each.slice(prefix.length).split('/')[0] ?? ''))];
    },
    run: (command) =>
      command.startsWith('echo ')
        ? { output: Buffer.from(command.slice(5)), status: 0 }
        : { output: Buffer.from(''), status: 127 },
  };
}
