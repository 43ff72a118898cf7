/** Upstream: client to server. Downstream: server to client. */
export type Direction = 'upstream' | 'downstream';

/** Attributes of each toxic; all are whole numbers, 0 when left out. */
export const TOXIC_ATTRIBUTES = {
  latency: ['latency', 'jitter'],
  bandwidth: ['rate'],
  slow_close: ['delay'],
  timeout: ['timeout'],
  reset_peer: ['timeout'],
  slicer: ['average_size', 'size_variation', 'delay'],
  limit_data: ['bytes'],
  noop: [],
} as const satisfies Record<string, readonly string[]>;

export type ToxicType = keyof typeof TOXIC_ATTRIBUTES;

export const TOXIC_TYPES = Object.keys(TOXIC_ATTRIBUTES) as readonly ToxicType[];

/** Whole numbers >= 0; latency, jitter, timeout and slow_close's delay in ms, slicer's delay in us, rate in KB/s (1 KB = 1000 bytes), sizes in bytes. */
export type ToxicAttributes = Readonly<Record<string, number>>;

/** One toxic of a proxy. Never changed in place: an update puts a new value with the next `generation` in its stead. */
export interface Toxic {
  readonly name: string;
  readonly type: ToxicType;
  /** As the caller wrote it (`UPSTREAM` is echoed so). */
  readonly stream: string;
  readonly direction: Direction;
  /** Probability, 0 to 1, that a connection is affected; one roll per connection and generation. */
  readonly toxicity: number;
  readonly attributes: ToxicAttributes;
  readonly generation: number;
}

/** The shape the API answers with. */
export const toxicJson = ({ attributes, name, type, stream, toxicity }: Toxic): object => ({
  attributes,
  name,
  type,
  stream,
  toxicity,
});
