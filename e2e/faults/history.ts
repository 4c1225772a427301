// What was done and what was seen during a fault, as plain data: the checker decides from it alone.

/** The site, the person and the side from which somebody reads and writes. */
export interface Reader {
  /** Unique in the run. */
  readonly name: string;
  readonly side: 'visitor' | 'agent';
  readonly site: string;
}

/** One message that somebody set out to send. */
export interface Invocation {
  /** Its `client_message_id`. */
  readonly key: string;
  readonly sender: Reader;
  /** The visitor in whose conversation it belongs, by name. */
  readonly conversationOf: string;
  readonly text: string;
  /** A note, which no visitor may see. */
  readonly private: boolean;
  /**
   * Written in a client that keeps what it was given: it must arrive unless the server refuses it.
   * Otherwise it was a single request, of which nothing is known when no answer came.
   */
  readonly kept: boolean;
}

/** An answer that took a message. */
export interface Acknowledgement {
  readonly key: string;
  readonly id: number;
  /** In the stream of the sender's side. */
  readonly seq: number;
}

/** Everything that was sent in a run, in the order in which it was set out. */
export interface History {
  readonly invoked: readonly Invocation[];
  readonly acknowledged: readonly Acknowledgement[];
  /** Keys of messages that the server refused for good. */
  readonly failed: readonly string[];
}

/** A message as the database has it. */
export interface StoredMessage {
  readonly id: number;
  readonly conversationId: number;
  readonly key: string | null;
  readonly text: string;
  readonly private: boolean;
  /** Null: not in the visitor stream. */
  readonly visitorSeq: number | null;
  readonly agentSeq: number;
}

export interface StoredConversation {
  readonly id: number;
  readonly visitorHead: number;
  readonly agentHead: number;
}

/** All of the database; in these runs nothing but messages takes a place in a stream. */
export interface Stored {
  readonly conversations: readonly StoredConversation[];
  readonly messages: readonly StoredMessage[];
}

export interface ShownMessage {
  readonly id: number;
  readonly seq: number;
  readonly key: string | null;
  readonly text: string;
}

/** What one reader sees of one conversation when everything has come to rest, and saw before. */
export interface View {
  readonly reader: Reader;
  /** How it was seen: `socket`, `polling`, `fresh reload`, `second node`. */
  readonly way: string;
  /** Null: the reader knows of no conversation. */
  readonly conversationId: number | null;
  /** Oldest first, the whole of it. */
  readonly messages: readonly ShownMessage[];
  /** Each place of the stream, in the order in which it was first shown. */
  readonly steps: readonly number[];
  /** The highest place shown, at each change. */
  readonly highest: readonly number[];
}

export interface Convergence {
  /** From the end of the fault and of sending until every view was complete; null: never. */
  readonly after_ms: number | null;
  readonly bound_ms: number;
  /** What was not at rest at the end of that, a line each. */
  readonly unrest: readonly string[];
}

export interface Evidence {
  readonly history: History;
  readonly stored: Stored;
  readonly views: readonly View[];
  readonly convergence: Convergence;
}
