import { DEFAULT_LIMITS, type Broadcast, type Bus } from '@parley/realtime';
import { App } from '../../packages/realtime/src/channel/app.ts';
import {
  ClusterNode,
  DEFAULT_CLUSTER_TIMES,
} from '../../packages/realtime/src/cluster/cluster-node.ts';
import type { NodeHooks } from '../../packages/server/src/broadcast/providers.ts';
import type { App as AppSettings } from '../../packages/server/src/config/reverb.ts';
import type { Random } from '../../packages/client/src/testing/random.ts';
import type { SimulatedClock } from '../../packages/client/src/testing/simulated-clock.ts';

/** As the real one gathers its losses. */
const MISSED_DELAY_MS = 200;

const silent = (): void => undefined;
const LOGGER = { debug: silent, info: silent, warn: silent, error: silent };

/** One node's part in the cluster, from its start to its death. */
export interface Member {
  /** To the sockets of the other nodes. */
  send(broadcast: Broadcast): void;
  /** To the other nodes themselves. */
  tell(note: string): void;
  readonly figures: ClusterNode['figures'];
  /** As `kill -9`: nobody is told. */
  die(): void;
}

interface MemberOptions {
  readonly bus: Bus;
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly app: AppSettings;
  readonly hooks: NodeHooks;
  /** What another node has for the sockets of this one. */
  readonly deliver: (broadcast: Broadcast) => void;
}

/** The realtime server's own rules of a cluster, on simulated time and over a simulated bus. */
export function joinCluster({ bus, clock, random, app, hooks, deliver }: MemberOptions): Member {
  let isAlive = true;
  let isMissed = false;
  const soon = (delay_ms: number, action: () => void): void => {
    clock.after(delay_ms, () => {
      if (isAlive) action();
    });
  };
  const node: ClusterNode = new ClusterNode({
    id: random.uuid().replaceAll('-', '').slice(0, 16),
    apps: new Map([[app.id, new Sockets(app, deliver)]]),
    line: { publish: (packet) => line.publish(packet), reconnect: () => line.reconnect() },
    times: DEFAULT_CLUSTER_TIMES,
    logger: LOGGER,
    schedule: () => soon(0, () => node.flush()),
    missed() {
      if (isMissed) return;
      isMissed = true;
      soon(MISSED_DELAY_MS, () => {
        isMissed = false;
        hooks.eventsMissed();
      });
    },
    told: (note) => hooks.told(note),
  });
  const line = bus.connect({
    receive: (packet) => node.receive(packet, clock.now_ms()),
    changed: (isUp) => node.busChanged(isUp),
  });
  const beat = (): void =>
    soon(DEFAULT_CLUSTER_TIMES.heartbeat_ms, () => {
      node.heartbeat(clock.now_ms());
      beat();
    });
  beat();
  return {
    send: (broadcast) => node.send(broadcast),
    tell: (note) => node.tell(note),
    get figures() {
      return node.figures;
    },
    die() {
      isAlive = false;
      void line.close();
    },
  };
}

/** Stands for the app's sockets, which are simulated elsewhere. */
class Sockets extends App {
  readonly #deliver: (broadcast: Broadcast) => void;

  constructor(app: AppSettings, deliver: (broadcast: Broadcast) => void) {
    super({ ...app, secret: app.secret.reveal() }, DEFAULT_LIMITS);
    this.#deliver = deliver;
  }

  override deliver(broadcast: Broadcast): void {
    this.#deliver(broadcast);
  }
}
