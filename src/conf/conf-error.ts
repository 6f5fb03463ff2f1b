/** A .conf file that cannot be read: which file, which line (0: the file as a whole), and why. */
export class ConfError extends Error {
  readonly file: string;
  readonly line: number;
  readonly detail: string;

  constructor(file: string, line: number, detail: string) {
    super(line === 0 ? `${file}: ${detail}` : `${file}:${line}: ${detail}`);
    this.name = 'ConfError';
    this.file = file;
    this.line = line;
    this.detail = detail;
  }
}

/** A line that was passed over; everything around it holds. */
export interface ConfWarning {
  readonly file: string;
  readonly line: number;
  readonly detail: string;
}
