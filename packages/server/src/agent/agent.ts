/** An agent as the server knows it: hash and secret never leave it. */
export interface AgentAccount {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly disabled: boolean;
  /** Of the second factor, in base32; null: none is asked for. */
  readonly totpSecret: string | null;
  /** Chosen in the profile; null: as the browser says. */
  readonly locale: string | null;
}

/** How addresses are compared: whatever the case. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}
