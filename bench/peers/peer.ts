/**
 * `base`: another build of ours, to compare with. `one-each`: the whole server of ours, with a
 * transaction for each message in place of one for all that wait.
 */
export const PEERS = ['ours', 'base', 'one-each', 'nchan', 'ws', 'socket.io'] as const;

export type PeerName = (typeof PEERS)[number];
