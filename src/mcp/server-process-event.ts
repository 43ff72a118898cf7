/** What happened to a server process that a driver holds (stdio). */
export type ServerProcessEvent =
  | { readonly type: 'started'; readonly pid: number }
  /** `text`: why it is gone; absent when we ended it ourselves. */
  | { readonly type: 'ended'; readonly pid: number; readonly text?: string };
