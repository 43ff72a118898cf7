import type { Toxic, ToxicAttributes, ToxicType } from '../toxic.js';
import { BandwidthStage } from './bandwidth-stage.js';
import { LatencyStage } from './latency-stage.js';
import { LimitDataStage } from './limit-data-stage.js';
import { PassThroughStage } from './pass-through-stage.js';
import { ResetPeerStage } from './reset-peer-stage.js';
import { SlicerStage } from './slicer-stage.js';
import { SlowCloseStage } from './slow-close-stage.js';
import type { Outlet, Stage, StageHost } from './stage.js';
import { TimeoutStage } from './timeout-stage.js';

type StageClass = new (attributes: ToxicAttributes, host: StageHost, next: Outlet) => Stage;

const STAGES: Readonly<Record<Exclude<ToxicType, 'noop'>, StageClass>> = {
  latency: LatencyStage,
  bandwidth: BandwidthStage,
  slow_close: SlowCloseStage,
  timeout: TimeoutStage,
  reset_peer: ResetPeerStage,
  slicer: SlicerStage,
  limit_data: LimitDataStage,
};

/** The stage for a connection that the toxic affects. */
export const makeStage = (toxic: Toxic, host: StageHost, next: Outlet): Stage =>
  toxic.type === 'noop' ? new PassThroughStage(next) : new STAGES[toxic.type](toxic.attributes, host, next);
