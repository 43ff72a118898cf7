/** Inputs that contradict one another or that no count can satisfy. The command line turns it into exit code 2. */
export class SizingInputError extends Error {
  override readonly name = 'SizingInputError';

  constructor(
    message: string,
    /** Input that is wrong, by its name in `SizingQuestion`. */
    readonly input: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
