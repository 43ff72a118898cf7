/** The signals that ask a process to end. */
export type StopSignal = 'SIGTERM' | 'SIGINT';

/** What a watchdog is told, one JSON object a line. */
export type WatchdogOrder =
  /** A process group (the pid of its leader) to stop; `signal` asks it to end, SIGTERM where nothing is said. */
  | { readonly guard: 'group'; readonly pid: number; readonly signal?: StopSignal }
  | { readonly guard: 'process'; readonly pid: number }
  /** Processes that carry a mark in their environment, to stop wherever they went. */
  | { readonly guard: 'marked'; readonly mark: string }
  /** A temporary folder to remove. */
  | { readonly guard: 'folder'; readonly path: string }
  | { readonly release: 'group' | 'process'; readonly pid: number }
  | { readonly release: 'marked'; readonly mark: string }
  | { readonly release: 'folder'; readonly path: string }
  /** All is well: end without doing anything. */
  | { readonly dismissed: true };

/** Name that every folder begins with which a watchdog may remove. */
export const FOLDER_PREFIX = 'plimsoll-';
