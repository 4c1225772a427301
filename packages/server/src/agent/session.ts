/** A login. */
export interface Session {
  readonly agentId: number;
  readonly csrfToken: string;
  /** Unix milliseconds. */
  readonly createdAt_ms: number;
  readonly lastSeenAt_ms: number;
  readonly expiresAt_ms: number;
}
