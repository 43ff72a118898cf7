import type { Dispatcher } from 'undici';
import type { AnswerKind } from '../protocol/call-record.js';
import type { MirroredArgument } from '../protocol/modern-envelope.js';
import type { CallPath } from './legacy-session.js';

/** The constant pieces of a call's body; between them stand id, arguments and traceparent. */
export interface PreparedTool {
  readonly kind: AnswerKind;
  /** Where the arguments stand: as a member of the parameters, as the parameters themselves, or nowhere. */
  readonly form: 'member' | 'parameters' | 'none';
  readonly afterId: string;
  /** Modern: options for undici with the headers of this tool. */
  readonly options: Dispatcher.DispatchOptions | undefined;
  readonly headers: string[];
  readonly mirrored: readonly MirroredArgument[];
}

/** A call ready to be put on a connection. */
export interface PreparedCall {
  readonly kind: AnswerKind;
  readonly path: CallPath;
  readonly options: Dispatcher.DispatchOptions;
  readonly bodyBytes: number;
}
