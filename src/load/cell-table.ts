import type { CellEntry } from '../journal/second-entry.js';

/** Numbers the cells of a drive (tool x endpoint x tenant x segment) in the same way in every thread, so that nobody has to agree on them. */
export class CellTable {
  readonly #tools: readonly string[];
  readonly #endpoints: readonly string[];
  readonly #tenants: readonly string[];
  readonly #tenantCount: number;

  /** @param tenants their names; none when the scenario has no tenants */
  constructor(tools: readonly string[], endpoints: readonly string[], tenants: readonly string[] = []) {
    this.#tools = tools;
    this.#endpoints = endpoints;
    this.#tenants = tenants;
    this.#tenantCount = Math.max(1, tenants.length);
  }

  idOf(tool: number, endpoint: number, segment: number, tenant = 0): number {
    return ((segment * this.#tenantCount + tenant) * this.#endpoints.length + endpoint) * this.#tools.length + tool;
  }

  /** What a cell number stands for. */
  entry(id: number): CellEntry {
    const tool = id % this.#tools.length;
    const rest = (id - tool) / this.#tools.length;
    const endpoint = rest % this.#endpoints.length;
    const above = (rest - endpoint) / this.#endpoints.length;
    const tenant = above % this.#tenantCount;
    const name = this.#tenants[tenant];
    return {
      type: 'cell',
      id,
      tool: this.#tools[tool] as string,
      endpoint: this.#endpoints[endpoint] as string,
      ...(name === undefined ? {} : { tenant: name }),
      segment: (above - tenant) / this.#tenantCount,
    };
  }
}
