import { OUTCOMES } from '../scenario/outcome.js';
import { numberText } from '../text/figure-text.js';
import type { AnswerFigure, ErrorFigure } from './call-figures.js';

/** Answers that are named in a line. */
const MOST_NAMED = 3;

const answerText = ({ status, rpcCode }: AnswerFigure): string =>
  [...(status === undefined ? [] : [`HTTP ${status}`]), ...(rpcCode === undefined ? [] : [`RPC ${rpcCode}`])].join(' ') ||
  'others';

/**
 * `HTTP 503`, `HTTP 200 RPC -32603`, `HTTP 502 (8), HTTP 504 (4)`; empty where nothing was answered with either. Of a class without an answer
 * a status of success says that the head of one came, and the rest did not: `after the answer had begun (HTTP 200)`.
 */
export function answersText(failures: Pick<ErrorFigure, 'class' | 'answers' | 'count'>): string {
  const text = namedAnswers(failures);
  const isBegun = ({ status = 0, rpcCode }: AnswerFigure): boolean => status >= 200 && status < 300 && rpcCode === undefined;
  if (text === '' || OUTCOMES[failures.class].answered || failures.answers?.every(isBegun) !== true) return text;
  return `after the answer had begun${text.includes('(') ? `: ${text}` : ` (${text})`}`;
}

function namedAnswers({ answers = [], count }: Pick<ErrorFigure, 'answers' | 'count'>): string {
  const [first] = answers;
  if (first === undefined) return '';
  if (answers.length === 1 && first.count === count) return answerText(first);
  const named = answers.slice(0, MOST_NAMED).map((answer) => `${answerText(answer)} (${numberText(answer.count)})`);
  return [...named, ...(answers.length > MOST_NAMED ? [`${answers.length - MOST_NAMED} more`] : [])].join(', ');
}

/** `5 server-error HTTP 503, 3 timeout`: the classes of most failures with what was answered. */
export function failuresText(errors: readonly ErrorFigure[], most = 3): string {
  const sorted = errors.filter(({ class: name }) => name !== 'dropped-by-generator').sort((a, b) => b.count - a.count);
  const named = sorted
    .slice(0, most)
    .map((error) => [numberText(error.count), error.class, answersText(error)].filter((part) => part !== '').join(' '));
  const more = sorted.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more ${more === 1 ? 'class' : 'classes'}`] : [])].join(', ');
}
