/** Hands entries on, in their order, from the next turn of the event loop on: by then its caller has in hand what they are about. */
export function fromNextTurn<Entry>(tell: (entry: Entry) => void): {
  readonly tell: (entry: Entry) => void;
  /** Resolves once nothing is held back any more. */
  readonly turned: Promise<void>;
} {
  let early: Entry[] | undefined = [];
  const turned = new Promise<void>((resolve) => {
    setImmediate(() => {
      const held = early ?? [];
      early = undefined;
      for (const entry of held) tell(entry);
      resolve();
    });
  });
  return { tell: (entry) => (early === undefined ? tell(entry) : void early.push(entry)), turned };
}
