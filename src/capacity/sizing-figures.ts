/** One input of the sizing with where it came from. */
export interface SizingInput {
  readonly name: string;
  readonly value: number | string | null;
  readonly unit: string;
  readonly source: 'measured' | 'given' | 'default';
}

export type SizingCount = 'load' | 'instanceLoss' | 'zoneLoss' | 'sessions' | 'memory' | 'descriptors' | 'minimum';

/** Instances needed for the planned traffic: the smallest number that meets all counts at once. */
export interface SizingFigures {
  readonly inputs: readonly SizingInput[];
  /** Instances that each count alone asks for; 0 where it does not apply. */
  readonly counts: Readonly<Record<SizingCount | 'rolling', number>>;
  readonly binding: readonly string[];
  /** `null`: it cannot be bought with instances. */
  readonly instances: number | null;
  readonly warnings: readonly string[];
  /** Every other figure by name (see sizing.ts for unit and formula of each). */
  readonly figures: Readonly<Record<string, number | null>>;
  /** The chain of assumptions in words, in order: peak, growth, burst, utilisation, losses. Printed, never stacked twice. */
  readonly chain: readonly string[];
  readonly underFaults: readonly { readonly name: string; readonly instances: number | null; readonly reason: string }[];
  /** The plain formula many teams use, and what it misses. */
  readonly plainFormula: {
    readonly cores: number;
    readonly memoryMb: number;
    readonly instances: number;
    readonly misses: readonly string[];
  };
}
