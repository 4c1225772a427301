/** A job to be inserted by the transaction that makes it necessary. */
export interface NewJob {
  readonly kind: string;
  /** Jobs of one key are worked one after another, in the order in which they were made. */
  readonly queueKey: string;
  /** Plain data; it is kept as JSON. */
  readonly payload: object;
}
