import { StringDecoder } from 'node:string_decoder';

/** How much of one process is kept: a server that floods must not cost the load its thread. */
const KEPT_BYTES = 1024 * 1024;
const MAX_LINE = 4000;

/** The whole lines of one standard error, from its start until its share is full, which its last line then says. */
export class StderrLines {
  readonly #onLines: (lines: readonly string[]) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #keptBytes: number;
  #left: number;
  #rest = '';

  constructor(onLines: (lines: readonly string[]) => void, keptBytes = KEPT_BYTES) {
    this.#onLines = onLines;
    this.#keptBytes = keptBytes;
    this.#left = keptBytes;
  }

  push(chunk: Buffer): void {
    if (this.#left <= 0) return;
    const full = chunk.length >= this.#left;
    const lines = (this.#rest + this.#decoder.write(full ? chunk.subarray(0, this.#left) : chunk)).split('\n');
    this.#left -= chunk.length;
    this.#rest = full ? '' : (lines.pop() as string).slice(0, MAX_LINE);
    if (full) lines.push(`[plimsoll: this process has printed ${this.#keptBytes} bytes, the rest of it is left out]`);
    this.#tell(lines);
  }

  /** Nothing more comes. */
  end(): void {
    const { length } = this.#rest;
    if (length > 0) this.#tell([this.#rest]);
    this.#rest = '';
    this.#left = 0;
  }

  #tell(lines: readonly string[]): void {
    const printed = lines.map((line) => line.trimEnd().slice(0, MAX_LINE)).filter((line) => line !== '');
    if (printed.length > 0) this.#onLines(printed);
  }
}
