import {
  createAvailability,
  type AvailabilityCommands,
  type AvailabilityOptions,
} from './availability/availability.commands.ts';
import type { BroadcastHub } from './broadcast/broadcast.ts';
import {
  createLiveVisitors,
  type LiveVisitorsCommands,
} from './presence/live-visitors.commands.ts';
import { createViewing, type ViewingCommands } from './presence/viewing.commands.ts';

/** Who is there now: kept in memory alone, and told from node to node. */
export interface Presence {
  readonly liveVisitors: LiveVisitorsCommands;
  readonly viewing: ViewingCommands;
  readonly availability: AvailabilityCommands;
}

export function createPresence(
  options: AvailabilityOptions & { readonly broadcast: Pick<BroadcastHub, 'publishPassing'> },
): Presence {
  return {
    liveVisitors: createLiveVisitors(options),
    viewing: createViewing(options),
    availability: createAvailability(options),
  };
}
