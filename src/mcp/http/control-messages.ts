import type { LegacySession } from './legacy-session.js';

/** Where messages go: one endpoint. */
export interface Notified {
  /** Never rejects. */
  notify(message: Readonly<Record<string, unknown>>, session: LegacySession | undefined): Promise<void>;
}

/** May be on the way at once; more are left out and counted. */
const AT_ONCE = 64;

/** Messages beside the calls that need no answer: cancel notifications, refusals. A wave of them must not become a load of its own. */
export class ControlMessages {
  readonly #warn: (name: string) => void;
  #underWay = 0;

  constructor(warn: (name: string) => void) {
    this.#warn = warn;
  }

  /** @param leftOut name of the warning when it cannot be sent */
  send(
    endpoint: Notified,
    session: LegacySession | undefined,
    message: Readonly<Record<string, unknown>>,
    leftOut: string,
  ): void {
    if (this.#underWay >= AT_ONCE) {
      this.#warn(leftOut);
      return;
    }
    this.#underWay++;
    void endpoint.notify(message, session).then(() => {
      this.#underWay--;
    });
  }
}
