/** What happened to a server process that a driver holds (stdio). */
export type ServerProcessEvent =
  | { readonly type: 'started'; readonly pid: number }
  /** Lines of its standard error, secrets taken out. */
  | { readonly type: 'printed'; readonly pid: number; readonly lines: readonly string[] }
  /** `text`: why it is gone; absent when we ended it ourselves. */
  | { readonly type: 'ended'; readonly pid: number; readonly text?: string };

/** Takes what a server process printed to its standard error. */
export type ServerOutput = (pid: number, lines: readonly string[]) => void;
