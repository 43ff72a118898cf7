// A stateless MCP server that sleeps for a log-normal time and uses little CPU. Arguments: port, median and p95 of the law in ms, seed.
import { serveTool } from '../e2e/fixtures/serve-tool.js';
import { seeded } from './seeded.js';

const [port, medianMs, p95Ms, seed] = process.argv.slice(2).map(Number);
const random = seeded(seed);
/** z of the 95th percentile of a normal law. */
const Z95 = 1.6448536;
const sigma = Math.log(p95Ms / medianMs) / Z95;
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const called = (_, answer) => setTimeout(() => answer('done'), medianMs * Math.exp(sigma * normal()));
serveTool('law', called, { port, pages: { '/': () => 'up' } });
