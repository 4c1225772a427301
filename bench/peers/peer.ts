/** `base`: another build of ours, to compare with. */
export const PEERS = ['ours', 'base', 'nchan', 'ws', 'socket.io'] as const;

export type PeerName = (typeof PEERS)[number];
