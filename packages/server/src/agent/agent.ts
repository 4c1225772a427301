/** An agent as the server knows it: the hash never leaves it. */
export interface AgentAccount {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly disabled: boolean;
}
