import type { CellEntry } from '../measure/journal-entry.js';

/** Numbers the cells of a drive (tool x endpoint x segment) in the same way in every thread, so that nobody has to agree on them. */
export class CellTable {
  readonly #tools: readonly string[];
  readonly #endpoints: readonly string[];

  constructor(tools: readonly string[], endpoints: readonly string[]) {
    this.#tools = tools;
    this.#endpoints = endpoints;
  }

  idOf(tool: number, endpoint: number, segment: number): number {
    return (segment * this.#endpoints.length + endpoint) * this.#tools.length + tool;
  }

  /** What a cell number stands for. */
  entry(id: number): CellEntry {
    const tool = id % this.#tools.length;
    const rest = (id - tool) / this.#tools.length;
    const endpoint = rest % this.#endpoints.length;
    const segment = (rest - endpoint) / this.#endpoints.length;
    return { type: 'cell', id, tool: this.#tools[tool] as string, endpoint: this.#endpoints[endpoint] as string, segment };
  }
}
