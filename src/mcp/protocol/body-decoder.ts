import { type Coding, decompressor, undecodableText } from '../../scenario/file/content-encoding.js';

/** Takes what a decoder makes of a body. */
export interface DecodedSink {
  /** `arrivedMs`: when the bytes that it was made of came. */
  onDecoded(chunk: Buffer, arrivedMs: number): void;
  /** The body is not what its header says; told once, and nothing comes after it. */
  onUndecodable(text: string): void;
}

/**
 * Takes the coding off a body in pieces. Node does that beside the event loop, so what comes out comes later: `finish` waits for it. Holds no more than what
 * came coded and one piece decoded, 16 KiB; how much it may become in all is for the sink to say, by `close`.
 */
export class BodyDecoder {
  readonly #coding: Coding;
  readonly #sink: DecodedSink;
  #stream: ReturnType<typeof decompressor> | undefined;
  /** When each piece came that is still to be decoded. */
  readonly #arrivals: number[] = [];
  #arrivedMs = 0;
  #whenThrough: (() => void) | undefined;
  #closed = false;

  constructor(coding: Coding, sink: DecodedSink) {
    this.#coding = coding;
    this.#sink = sink;
  }

  push(chunk: Buffer, nowMs: number): void {
    if (this.#closed || chunk.length === 0) return;
    this.#stream ??= this.#start(chunk[0]!);
    this.#arrivals.push(nowMs);
    this.#stream.write(chunk, () => {
      this.#arrivedMs = this.#arrivals.shift() ?? this.#arrivedMs;
    });
  }

  /** Nothing more comes. `done` is called once all that came has been handed on, or was told to be undecodable; never after `close`. */
  finish(done: () => void): void {
    if (this.#closed) return;
    if (this.#stream === undefined) {
      done();
      return;
    }
    this.#whenThrough = done;
    this.#stream.end();
  }

  /** Nothing more is wanted of it. */
  close(): void {
    this.#closed = true;
    this.#whenThrough = undefined;
    this.#stream?.destroy();
  }

  #start(firstByte: number): ReturnType<typeof decompressor> {
    const stream = decompressor(this.#coding, firstByte);
    stream.on('data', (chunk: Buffer) => {
      if (!this.#closed) this.#sink.onDecoded(chunk, this.#arrivals[0] ?? this.#arrivedMs);
    });
    stream.on('end', () => this.#through());
    stream.on('error', (error: Error) => {
      if (this.#closed) return;
      this.#sink.onUndecodable(undecodableText(this.#coding, error));
      this.#through();
    });
    return stream;
  }

  #through(): void {
    const done = this.#whenThrough;
    this.close();
    done?.();
  }
}
