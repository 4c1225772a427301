export const PEERS = ['ours', 'nchan', 'ws', 'socket.io'] as const;

export type PeerName = (typeof PEERS)[number];
