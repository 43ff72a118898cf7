import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../fixtures/ports.js';
import { root, temporaryFolder } from './plimsoll.js';

export interface ShippedScenario {
  readonly file: string;
  /** Of the sample server, its PostgreSQL and the proxy before that. */
  readonly ports: { readonly server: number; readonly postgres: number; readonly proxy: number };
}

/** A scenario as it is shipped, on ports of its own and with other texts in place of some of its own. @throws Error for a text that it does not hold. */
export async function shippedScenario(name: string, changes: Readonly<Record<string, string>>): Promise<ShippedScenario> {
  const ports = { server: await freePort(), postgres: await freePort(), proxy: await freePort() };
  const all = { '3001': String(ports.server), '15433': String(ports.postgres), '15432': String(ports.proxy), ...changes };
  let text = readFileSync(join(root, 'scenarios', `${name}.yaml`), 'utf8');
  for (const [from, to] of Object.entries(all)) {
    if (!text.includes(from)) throw new Error(`scenarios/${name}.yaml does not hold ${JSON.stringify(from)}`);
    text = text.replaceAll(from, to);
  }
  const file = join(temporaryFolder(), `${name}.yaml`);
  writeFileSync(file, text);
  return { file, ports };
}
