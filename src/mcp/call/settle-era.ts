import type { EraInquiry, EraQuestion } from '../protocol/era-inquiry.js';
import type { EraReading, EraVerdict } from '../protocol/era-reading.js';
import type { Clock, TimerHandle } from './clock.js';
import { WireFailure } from './wire-failure.js';

/** What was found, and whether the server has to be met anew before it is used. */
export interface SettledEra {
  readonly verdict: EraVerdict;
  readonly fresh: boolean;
}

export interface EraAsker {
  readonly clock: Clock;
  /**
   * Asks, and waits as long as it takes. @returns `ended` when the server is gone, else what the answer proves
   * @throws WireFailure, PlimsollError when no era can be found out
   */
  ask(question: EraQuestion): Promise<EraReading | 'ended'>;
}

/** Carries an inquiry out. @throws WireFailure (`timeout`) when nothing proved an era in time, else what `ask` throws */
export function settleEra(inquiry: EraInquiry, { clock, ask }: EraAsker): Promise<SettledEra> {
  return new Promise((resolve, reject) => {
    let timer: TimerHandle | undefined;
    let over = false;
    const end = (act: () => void): void => {
      over = true;
      if (timer !== undefined) clock.clearTimer(timer);
      act();
    };
    const hear = (question: EraQuestion, reading: EraReading | 'ended'): void => {
      if (over) return;
      if (reading === 'ended') inquiry.ended();
      else inquiry.answered(question, reading, clock.now());
      goOn();
    };
    const goOn = (): void => {
      if (over) return;
      if (timer !== undefined) clock.clearTimer(timer);
      timer = undefined;
      const step = inquiry.step(clock.now());
      switch (step.do) {
        case 'ask':
          inquiry.asked(step.question);
          ask(step.question).then(
            (reading) => hear(step.question, reading),
            (error: unknown) => {
              if (!over) end(() => reject(error));
            },
          );
          goOn();
          return;
        case 'wait':
          // Where this machine was late, what has already arrived is read first: the answer must not depend on how busy it is.
          timer = clock.setTimer(() => clock.afterSockets(goOn), Math.max(1, step.untilMs - clock.now()));
          return;
        case 'settle':
          end(() => resolve({ verdict: step.verdict, fresh: step.fresh }));
          return;
        case 'give-up':
          end(() => reject(new WireFailure('timeout', step.text)));
      }
    };
    goOn();
  });
}
