import { StringDecoder } from 'node:string_decoder';

/** Takes what a reader found in an event stream. */
export interface SseSink {
  /** Data of one event, its `data:` lines joined by newlines; empty for a priming event. Return false to stop reading. */
  onEvent(data: string): boolean;
  /** An event of another type than `message`. Absent: such events are skipped. */
  onOtherEvent?(type: string, data: string): void;
  /** A line, or the data of one event, is longer than the limit; nothing more is read. */
  onLineTooLong(): void;
}

/**
 * Reads `text/event-stream` in pieces of any size, cut anywhere, also inside a character.
 * Format: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream. Events of a type other than `message` go to `onOtherEvent`,
 * comments are read over, and an event that the stream's end cuts off is none.
 */
export class SseReader {
  /** Id of the last event that was complete; what a stream is resumed from. */
  lastEventId: string | undefined = undefined;
  /** How long the server asks to wait before a stream is resumed. */
  retryMs: number | undefined = undefined;
  readonly #sink: SseSink;
  readonly #lineLimit: number;
  #decoder: StringDecoder | undefined;
  /** Pieces of a line whose end has not arrived. */
  #held: string[] = [];
  #heldLength = 0;
  #afterCr = false;
  #started = false;
  #stopped = false;
  #data: string | undefined;
  #type = 'message';
  #eventId: string | undefined;

  constructor(sink: SseSink, lineLimit: number) {
    this.#sink = sink;
    this.#lineLimit = lineLimit;
  }

  push(chunk: Buffer): void {
    // A chunk that ends in an ASCII byte ends no character in the middle: no decoder is needed until the first that does not.
    if (this.#decoder === undefined && (chunk[chunk.length - 1] ?? 0) < 0x80) this.#read(chunk.toString('utf8'));
    else {
      this.#decoder ??= new StringDecoder('utf8');
      this.#read(this.#decoder.write(chunk));
    }
  }

  #read(text: string): void {
    let start = 0;
    if (text.length === 0) return;
    if (!this.#started) {
      this.#started = true;
      if (text.charCodeAt(0) === 0xfeff) start = 1;
    }
    if (this.#afterCr) {
      this.#afterCr = false;
      if (text.charCodeAt(start) === 0x0a) start++;
    }
    let cr = text.indexOf('\r', start);
    while (!this.#stopped) {
      const lf = text.indexOf('\n', start);
      const end = cr >= 0 && (lf < 0 || cr < lf) ? cr : lf;
      if (end < 0) break;
      this.#line(text, start, end);
      start = end + 1;
      if (end === cr) {
        if (start === text.length) this.#afterCr = true;
        else if (text.charCodeAt(start) === 0x0a) start++;
        cr = text.indexOf('\r', start);
      }
    }
    if (this.#stopped || start >= text.length) return;
    this.#held.push(start === 0 ? text : text.slice(start));
    this.#heldLength += text.length - start;
    if (this.#heldLength > this.#lineLimit) this.#overflow();
  }

  #line(text: string, start: number, end: number): void {
    if (this.#heldLength + end - start > this.#lineLimit) {
      this.#overflow();
      return;
    }
    let line = text.slice(start, end);
    if (this.#held.length > 0) {
      this.#held.push(line);
      line = this.#held.join('');
      this.#held = [];
      this.#heldLength = 0;
    }
    if (line === '') this.#dispatch();
    else if (line.startsWith('data:')) {
      const data = line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5);
      this.#data = this.#data === undefined ? data : `${this.#data}\n${data}`;
    } else if (line === 'data') this.#data = this.#data === undefined ? '' : `${this.#data}\n`;
    else if (line.startsWith('event:')) {
      const type = line.slice(line.charCodeAt(6) === 0x20 ? 7 : 6);
      this.#type = type === '' ? 'message' : type;
    } else if (line.startsWith('id:')) {
      const id = line.slice(line.charCodeAt(3) === 0x20 ? 4 : 3);
      if (!id.includes('\0')) this.#eventId = id;
    } else if (line.startsWith('retry:')) {
      const text = line.slice(6).trim();
      if (/^[0-9]{1,9}$/.test(text)) this.retryMs = Number(text);
    }
    if (this.#data !== undefined && this.#data.length > this.#lineLimit) this.#overflow();
  }

  #dispatch(): void {
    const data = this.#data;
    const type = this.#type;
    if (this.#eventId !== undefined) this.lastEventId = this.#eventId;
    this.#data = undefined;
    this.#type = 'message';
    if (data === undefined) return;
    if (type !== 'message') this.#sink.onOtherEvent?.(type, data);
    else if (!this.#sink.onEvent(data)) this.#stopped = true;
  }

  #overflow(): void {
    this.#stopped = true;
    this.#held = [];
    this.#data = undefined;
    this.#sink.onLineTooLong();
  }
}
