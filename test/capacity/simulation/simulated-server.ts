import { seeded } from '../../analysis/made-journal.js';

/** A queue of the page's kind: c slots, a service law, pauses, slow drift, a cold start. Times in seconds. */
export interface ServerModel {
  readonly slots: number;
  readonly serviceS: number;
  /** Coefficient of variation of a lognormal service time; 0: constant. */
  readonly cv: number;
  /** All slots stand still, 25 to 75 ms, every 10 s on average. */
  readonly pauses: boolean;
  /** Standard deviation of the slow drift of ln(service time), time constant 50 s. */
  readonly driftSd: number;
  /** Service times are (1 + coldShare) times longer at first, and fall with a time constant of 10 s. */
  readonly coldShare: number;
  readonly arrivals: 'poisson' | 'constant';
}

export interface SimulatedCall {
  readonly dueS: number;
  readonly endS: number;
}

const DRIFT_STEP_S = 1;
const DRIFT_TIME_S = 50;
const COLD_TIME_S = 10;

/** First come, first served, on a clock that goes on over trials. Seeded: the same seed gives the same server and the same arrivals. */
export class SimulatedServer {
  readonly #model: ServerModel;
  readonly #random: () => number;
  readonly #free: number[];
  #drift = 0;
  #driftAtS = 0;
  #pauseStartS = 0;
  #pauseEndS = -1;

  constructor(model: ServerModel, seed: number) {
    this.#model = model;
    this.#random = seeded(seed);
    this.#free = Array.from({ length: model.slots }, () => 0);
    this.#drift = model.driftSd * this.#normal();
    this.#nextPause(0);
  }

  /** When the last call leaves. */
  get idleAtS(): number {
    return Math.max(...this.#free);
  }

  /** Load at a rate from a time on; `until` gives the calls due before a time, in order, each once. */
  load(rate: number, fromS: number): { until(toS: number): SimulatedCall[] } {
    const gap = (): number => (this.#model.arrivals === 'constant' ? 1 / rate : -Math.log(1 - this.#random()) / rate);
    let dueS = fromS + gap();
    return {
      until: (toS) => {
        const calls: SimulatedCall[] = [];
        for (; dueS < toS; dueS += gap()) calls.push({ dueS, endS: this.#serveOne(dueS) });
        return calls;
      },
    };
  }

  /** Callers without think time from second 0 on. @returns calls that ended within so many seconds */
  closedLoop(callers: number, seconds: number): number {
    const dueS = Array.from({ length: callers }, () => 0);
    let ended = 0;
    for (;;) {
      const next = dueS.indexOf(Math.min(...dueS));
      const fromS = dueS[next] as number;
      if (fromS >= seconds) return ended;
      const endS = this.#serveOne(fromS);
      if (endS <= seconds) ended++;
      dueS[next] = endS;
    }
  }

  #serveOne(dueS: number): number {
    let slot = 0;
    for (let i = 1; i < this.#free.length; i++) if ((this.#free[i] as number) < (this.#free[slot] as number)) slot = i;
    let startS = Math.max(dueS, this.#free[slot] as number);
    while (this.#model.pauses && startS >= this.#pauseEndS) this.#nextPause(this.#pauseEndS);
    if (this.#model.pauses && startS >= this.#pauseStartS) startS = this.#pauseEndS;
    let endS = startS + this.#serviceS(startS);
    // A pause that begins while it is served stops it too; starts come in order, so the pause stays for those behind.
    if (this.#model.pauses && this.#pauseStartS > startS && this.#pauseStartS < endS) endS += this.#pauseEndS - this.#pauseStartS;
    this.#free[slot] = endS;
    return endS;
  }

  #serviceS(atS: number): number {
    const { serviceS, cv, driftSd, coldShare } = this.#model;
    while (driftSd > 0 && this.#driftAtS + DRIFT_STEP_S <= atS) {
      const keep = Math.exp(-DRIFT_STEP_S / DRIFT_TIME_S);
      this.#drift = this.#drift * keep + driftSd * Math.sqrt(1 - keep * keep) * this.#normal();
      this.#driftAtS += DRIFT_STEP_S;
    }
    const sd = Math.sqrt(Math.log(1 + cv * cv));
    const own = cv === 0 ? serviceS : serviceS * Math.exp(sd * this.#normal() - (sd * sd) / 2);
    return own * Math.exp(this.#drift) * (1 + coldShare * Math.exp(-atS / COLD_TIME_S));
  }

  #nextPause(afterS: number): void {
    this.#pauseStartS = Math.max(afterS, 0) - 10 * Math.log(1 - this.#random());
    this.#pauseEndS = this.#pauseStartS + 0.025 + 0.05 * this.#random();
  }

  /** Box and Muller. */
  #normal(): number {
    const u = 1 - this.#random();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.#random());
  }
}
