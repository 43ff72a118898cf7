import type { Json } from './file/json.js';

export interface Expectation {
  /** Expected `isError`; default false. */
  readonly error?: boolean;
  /** Regular expression over the joined text content. */
  readonly text?: string;
  /** Check `structuredContent` against the tool's outputSchema. */
  readonly schema?: boolean;
  /** By JSON Pointer into `structuredContent` (or the first text content parsed as JSON). */
  readonly json?: Readonly<Record<string, JsonExpectation>>;
}

/** All given conditions must hold. */
export interface JsonExpectation {
  readonly min?: number;
  readonly max?: number;
  readonly equals?: Json;
  readonly matches?: string;
  readonly exists?: boolean;
}

/** A share of the calls is taken back some time after its start. */
export interface CancelPlan {
  readonly afterMs: number;
  /** 0..1. */
  readonly share: number;
}

/** A request that is no `tools/call`. */
export interface OtherRequest {
  readonly kind: 'resource' | 'prompt' | 'tools' | 'resources' | 'prompts' | 'resourceTemplates';
  /** JSON-RPC method. */
  readonly method: string;
  /** Prompts: name of the prompt. */
  readonly name?: string;
}

export interface ToolCall {
  readonly type: 'call';
  /** Name of the tool, or of the request in tables (`resource file:///a`, `prompt greet`, `list tools`). */
  readonly tool: string;
  /** Absent: the tool is called. */
  readonly request?: OtherRequest;
  readonly cancel?: CancelPlan;
  readonly weight: number;
  readonly arguments: { readonly [key: string]: Json };
  readonly expect?: Expectation;
}

export interface ToolStep {
  readonly tool: string;
  readonly request?: OtherRequest;
  readonly cancel?: CancelPlan;
  readonly arguments: { readonly [key: string]: Json };
  readonly expect?: Expectation;
  /** Variable name -> JSON Pointer into the answer. */
  readonly save: Readonly<Record<string, string>>;
}

export interface ThinkStep {
  readonly thinkMs: number;
}

export interface Journey {
  readonly type: 'journey';
  readonly journey: string;
  readonly weight: number;
  readonly steps: readonly (ToolStep | ThinkStep)[];
}

export type Call = ToolCall | Journey;
