import type { LoadEngine } from '../load-engine.js';
import type { LoadEngineOptions } from './load-engine-options.js';
import { ThreadedEngine } from './threaded-engine.js';

/** Makes the load threads' keeper. Nothing is started before `open`. */
export function createLoadEngine(options: LoadEngineOptions): LoadEngine & { readonly workers: number } {
  return new ThreadedEngine(options);
}
