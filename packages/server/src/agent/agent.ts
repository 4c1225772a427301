/** An agent as the server knows it: the hash never leaves it. */
export interface AgentAccount {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly disabled: boolean;
}

/** How addresses are compared: whatever the case. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}
