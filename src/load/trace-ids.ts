import { randomBytes } from 'node:crypto';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const hex8 = (value: number): string =>
  (HEX[value >>> 24] as string) +
  (HEX[(value >>> 16) & 255] as string) +
  (HEX[(value >>> 8) & 255] as string) +
  (HEX[value & 255] as string);

/** W3C trace contexts, one a call: a random prefix of this thread and a counter, so they are unique without randomness for each. */
export class TraceIds {
  readonly #prefix: string;
  readonly #span: string;
  #count = 0;

  /** @param random 16 random bytes; given in tests. */
  constructor(random: Buffer = randomBytes(16)) {
    this.#prefix = `00-${random.toString('hex', 0, 12)}`;
    this.#span = `-${random.toString('hex', 12, 16)}`;
  }

  /** `00-<trace id>-<span id>-01`. */
  next(): string {
    this.#count = (this.#count + 1) >>> 0;
    const count = hex8(this.#count);
    return `${this.#prefix}${count}${this.#span}${count}-01`;
  }
}

/** The trace id of a `traceparent`; it is also sent as the request id header. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);
