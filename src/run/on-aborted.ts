/** Acts when the signal is aborted, at once where it is already. @returns what ends that */
export function onAborted(signal: AbortSignal, act: () => void): () => void {
  signal.addEventListener('abort', act, { once: true });
  if (signal.aborted) act();
  return () => signal.removeEventListener('abort', act);
}
