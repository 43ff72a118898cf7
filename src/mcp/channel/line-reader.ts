/** Takes what a reader found in a byte stream of lines. */
export interface LineSink {
  /** A line without its end. `firstMs`: when its first byte was read. */
  onLine(text: string, bytes: number, firstMs: number, nowMs: number): void;
  /** A line is longer than the limit; nothing more is read. */
  onLineTooLong(): void;
}

const LF = 0x0a;

/** Cuts a byte stream at its newlines, whatever pieces it comes in, also inside a character. A line without an end is none. */
export class LineReader {
  readonly #sink: LineSink;
  readonly #limitBytes: number;
  /** Pieces of a line whose end has not arrived. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #heldSinceMs = 0;
  #stopped = false;

  constructor(sink: LineSink, limitBytes: number) {
    this.#sink = sink;
    this.#limitBytes = limitBytes;
  }

  push(chunk: Buffer, nowMs: number): void {
    let start = 0;
    while (!this.#stopped) {
      const end = chunk.indexOf(LF, start);
      if (end < 0) break;
      this.#line(chunk, start, end, nowMs);
      start = end + 1;
    }
    if (this.#stopped || start >= chunk.length) return;
    if (this.#held.length === 0) this.#heldSinceMs = nowMs;
    this.#held.push(start === 0 ? chunk : chunk.subarray(start));
    this.#heldBytes += chunk.length - start;
    if (this.#heldBytes > this.#limitBytes) this.#overflow();
  }

  /** Reads nothing more; what is held is let go. */
  stop(): void {
    this.#stopped = true;
    this.#held = [];
  }

  #line(chunk: Buffer, start: number, end: number, nowMs: number): void {
    const bytes = this.#heldBytes + end - start;
    if (bytes > this.#limitBytes) {
      this.#overflow();
      return;
    }
    if (this.#held.length === 0) {
      if (bytes > 0) this.#sink.onLine(chunk.toString('utf8', start, end), bytes, nowMs, nowMs);
      return;
    }
    this.#held.push(chunk.subarray(start, end));
    const text = Buffer.concat(this.#held).toString('utf8');
    this.#held = [];
    this.#heldBytes = 0;
    this.#sink.onLine(text, bytes, this.#heldSinceMs, nowMs);
  }

  #overflow(): void {
    this.stop();
    this.#sink.onLineTooLong();
  }
}
