import type {
  Acknowledgement,
  Evidence,
  History,
  Invocation,
  Stored,
  StoredMessage,
  View,
} from './history.ts';

/** What is wrong, each as a line to read; empty lists: the promise was kept. */
export interface Verdict {
  /** Different messages that were acknowledged. */
  readonly acknowledged: number;
  /** Acknowledged, or committed, and missing somewhere. */
  readonly lost: readonly string[];
  /** Standing twice, or acknowledged as two. */
  readonly duplicated: readonly string[];
  /** A gap, another order than elsewhere, or a sender's own order broken. */
  readonly outOfOrder: readonly string[];
  /** Seen by somebody whom it does not concern, or sent by nobody. */
  readonly leaked: readonly string[];
  /** Refused, and there all the same. */
  readonly undead: readonly string[];
  /** A view that went back. */
  readonly wentBack: readonly string[];
  /** Not at rest within the bound. */
  readonly late: readonly string[];
}

export type Finding = Exclude<keyof Verdict, 'acknowledged'>;

export const findings: readonly Finding[] = [
  'lost',
  'duplicated',
  'outOfOrder',
  'leaked',
  'undead',
  'wentBack',
  'late',
];

export const isClean = (verdict: Verdict): boolean =>
  findings.every((finding) => verdict[finding].length === 0);

type Complaints = Record<Finding, string[]>;

/**
 * Decides whether a run kept the promise: every acknowledged message is seen exactly once, in one
 * gapless order, by everyone who may see it and by nobody else. Pure.
 */
export function check(evidence: Evidence): Verdict {
  const { history, stored, views, convergence } = evidence;
  const complaints: Complaints = {
    lost: [],
    duplicated: [],
    outOfOrder: [],
    leaked: [],
    undead: [],
    wentBack: [],
    late: [],
  };
  const invoked = new Map(history.invoked.map((invocation) => [invocation.key, invocation]));
  checkStored(history, invoked, stored, complaints);
  checkStreams(stored, complaints);
  checkOwnOrder(history, stored, complaints);
  for (const view of views) {
    checkAudience(view, invoked, history, complaints);
    checkView(view, stored, complaints);
    checkTrail(view, complaints);
  }
  const { after_ms, bound_ms, unrest } = convergence;
  if (after_ms === null || after_ms > bound_ms) {
    const after = after_ms === null ? 'not at rest in time' : `at rest after ${after_ms} ms`;
    complaints.late.push(`${after}, bound ${bound_ms} ms`, ...unrest);
  }
  return {
    acknowledged: new Set(history.acknowledged.map(({ key }) => key)).size,
    ...complaints,
  };
}

function checkStored(
  history: History,
  invoked: ReadonlyMap<string, Invocation>,
  { messages }: Stored,
  complaints: Complaints,
): void {
  const byKey = Map.groupBy(messages, ({ key }) => key);
  for (const [key, same] of byKey) {
    if (key === null || !invoked.has(key)) {
      complaints.leaked.push(`database: ${describe(same[0])} was sent by nobody`);
    }
    if (same.length > 1) {
      complaints.duplicated.push(`database: ${key} stands ${same.length} times`);
    }
  }
  for (const [key, answers] of Map.groupBy(history.acknowledged, ({ key }) => key)) {
    checkAcknowledged(key, answers, byKey.get(key) ?? [], invoked.get(key), complaints);
  }
  const acknowledged = new Set(history.acknowledged.map(({ key }) => key));
  const failed = new Set(history.failed);
  for (const { key, kept, text } of history.invoked) {
    if (kept && !acknowledged.has(key) && !failed.has(key) && !byKey.has(key)) {
      complaints.lost.push(`${key} "${brief(text)}" was written, and neither sent nor refused`);
    }
  }
  for (const key of failed) {
    if (byKey.has(key)) complaints.undead.push(`database: ${key} was refused`);
  }
}

function checkAcknowledged(
  key: string,
  answers: readonly Acknowledgement[],
  stored: readonly StoredMessage[],
  invocation: Invocation | undefined,
  complaints: Complaints,
): void {
  const [message] = stored;
  if (message === undefined) {
    complaints.lost.push(`database: ${key} was acknowledged and is not there`);
    return;
  }
  if (new Set(answers.map(({ id }) => id)).size > 1) {
    complaints.duplicated.push(
      `${key} was acknowledged as ${answers.map(({ id }) => id).join(', ')}`,
    );
  }
  const seq = invocation?.sender.side === 'visitor' ? message.visitorSeq : message.agentSeq;
  if (answers.some((answer) => answer.id !== message.id || answer.seq !== seq)) {
    complaints.outOfOrder.push(`${key} was acknowledged as another one: ${describe(message)}`);
  }
  if (invocation !== undefined && invocation.text !== message.text) {
    complaints.lost.push(`database: the text of ${key} is another one`);
  }
}

/** Both streams are dense from 1 to the head, and show messages in the same order. */
function checkStreams({ conversations, messages }: Stored, complaints: Complaints): void {
  const byConversation = Map.groupBy(messages, ({ conversationId }) => conversationId);
  for (const { id, visitorHead, agentHead } of conversations) {
    const inOrder = (byConversation.get(id) ?? []).toSorted((a, b) => a.agentSeq - b.agentSeq);
    const visitorSeqs = inOrder.flatMap(({ visitorSeq }) => visitorSeq ?? []);
    const streams = [
      { name: 'agent', seqs: inOrder.map(({ agentSeq }) => agentSeq), head: agentHead },
      { name: 'visitor', seqs: visitorSeqs, head: visitorHead },
    ];
    for (const { name, seqs, head } of streams) {
      const at = seqs.findIndex((seq, index) => seq !== index + 1);
      if (at === -1 && seqs.length === head) continue;
      const where = at === -1 ? `ends at ${seqs.length}, head ${head}` : `${seqs[at]} at ${at + 1}`;
      complaints.outOfOrder.push(`database: ${name} stream of conversation ${id}: ${where}`);
    }
    for (const message of inOrder) {
      if (message.private === (message.visitorSeq === null)) continue;
      complaints.leaked.push(`database: ${describe(message)} is in the wrong stream`);
    }
  }
}

/** What one sender wrote in one conversation stands there in the order of writing. */
function checkOwnOrder(history: History, { messages }: Stored, complaints: Complaints): void {
  const seqs = new Map(messages.map(({ key, agentSeq }) => [key, agentSeq]));
  const senders = Map.groupBy(
    // Single requests may overtake each other on the way; only a client promises an order.
    history.invoked.filter(({ kept }) => kept),
    ({ sender, conversationOf }) => `${sender.name} to ${conversationOf}`,
  );
  for (const [who, invocations] of senders) {
    let before = 0;
    for (const { key } of invocations) {
      const seq = seqs.get(key);
      if (seq === undefined) continue;
      if (seq < before) complaints.outOfOrder.push(`${who}: ${key} stands before an earlier one`);
      before = Math.max(before, seq);
    }
  }
}

function checkAudience(
  { reader, way, messages }: View,
  invoked: ReadonlyMap<string, Invocation>,
  history: History,
  complaints: Complaints,
): void {
  const failed = new Set(history.failed);
  for (const { key, text, id } of messages) {
    const where = `${reader.name} (${way}): message ${id} "${brief(text)}"`;
    const invocation = key === null ? undefined : invoked.get(key);
    if (invocation === undefined || invocation.text !== text) {
      complaints.leaked.push(`${where} was sent by nobody`);
      continue;
    }
    const foreign =
      invocation.sender.site !== reader.site ||
      (reader.side === 'visitor' &&
        (invocation.private || invocation.conversationOf !== reader.name));
    if (foreign) complaints.leaked.push(`${where} is none of their business`);
    if (failed.has(invocation.key)) complaints.undead.push(`${where} was refused`);
  }
}

/** A view at rest is the stream of its side: the same messages, the same places, the same order. */
function checkView(view: View, stored: Stored, complaints: Complaints): void {
  const { reader, way, conversationId, messages } = view;
  const who = `${reader.name} (${way})`;
  const stream = streamOf(stored, conversationId, reader.side);
  const shown = new Map<number, number>();
  for (const { id } of messages) shown.set(id, (shown.get(id) ?? 0) + 1);
  for (const [id, times] of shown) {
    if (times > 1) complaints.duplicated.push(`${who}: message ${id} stands ${times} times`);
  }
  for (const { id, seq } of stream) {
    if (!shown.has(id)) complaints.lost.push(`${who}: message ${id}, seq ${seq}, is missing`);
  }
  const seqs = new Map(stream.map(({ id, seq }) => [id, seq]));
  let before = 0;
  for (const { id, seq } of messages) {
    const place = seqs.get(id);
    if (place === undefined) {
      complaints.leaked.push(`${who}: message ${id} is not in conversation ${conversationId}`);
    } else if (place !== seq) {
      complaints.outOfOrder.push(`${who}: message ${id} has seq ${seq}, in the database ${place}`);
    }
    if (seq < before) complaints.outOfOrder.push(`${who}: seq ${seq} stands after ${before}`);
    before = seq;
  }
}

/** While it lived, the view only ever grew, by the next place. */
function checkTrail({ reader, way, steps, highest }: View, complaints: Complaints): void {
  const who = `${reader.name} (${way})`;
  for (const [index, seq] of steps.entries()) {
    const before = steps[index - 1];
    if (before !== undefined && seq !== before + 1) {
      complaints.outOfOrder.push(`${who}: seq ${seq} was shown after ${before}`);
    }
  }
  for (const [index, seq] of highest.entries()) {
    const before = highest[index - 1] ?? 0;
    if (seq < before) complaints.wentBack.push(`${who}: from seq ${before} to ${seq}`);
  }
}

/** The messages of a conversation as one side sees them, in order. */
export function streamOf(
  { messages }: Stored,
  conversationId: number | null,
  side: 'visitor' | 'agent',
): readonly { readonly id: number; readonly seq: number }[] {
  return messages
    .filter((message) => message.conversationId === conversationId)
    .flatMap(({ id, visitorSeq, agentSeq }) => {
      const seq = side === 'visitor' ? visitorSeq : agentSeq;
      return seq === null ? [] : { id, seq };
    })
    .sort((a, b) => a.seq - b.seq);
}

const describe = (message: StoredMessage | undefined): string =>
  `message ${message?.id} "${brief(message?.text ?? '')}"`;

const brief = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
