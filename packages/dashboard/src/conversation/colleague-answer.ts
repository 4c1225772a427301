import type { LogMessage } from '@parley/client';
import { useEffect, useRef, useState } from 'react';

/** An answer of a colleague that came while one was writing. */
export interface ColleagueAnswer {
  readonly key: string;
  readonly name: string;
  /** When it came here, by this machine's clock. */
  readonly at_ms: number;
}

/** Later than that one has had the time to read it. */
const JUST_MS = 30_000;

/** The newest answer of another agent to the visitor; notes and one's own do not count. */
export function newestOfColleagues(
  messages: readonly LogMessage[],
  myName: string,
): LogMessage | undefined {
  return messages.findLast(
    ({ sender_type, sender_name, private: note, deleted, state }) =>
      sender_type === 'agent' &&
      sender_name !== null &&
      sender_name !== myName &&
      !note &&
      !deleted &&
      state !== 'sending' &&
      state !== 'failed',
  );
}

/** Asks before an answer follows one that a colleague has given just now: what was asked once is known. */
export function useColleagueAnswer(
  messages: readonly LogMessage[],
  myName: string,
): { justAnswered(): ColleagueAnswer | null; known(answer: ColleagueAnswer): void } {
  const newest = newestOfColleagues(messages, myName);
  // What stood there when the conversation was opened is no news.
  const [first] = useState(newest?.key);
  const last = useRef<ColleagueAnswer | null>(null);
  const knownKey = useRef(first);
  useEffect(() => {
    if (newest === undefined || newest.key === first || last.current?.key === newest.key) return;
    last.current = { key: newest.key, name: newest.sender_name ?? '', at_ms: Date.now() };
  }, [newest, first]);
  return {
    justAnswered() {
      const answer = last.current;
      if (answer === null || answer.key === knownKey.current) return null;
      return Date.now() - answer.at_ms < JUST_MS ? answer : null;
    },
    known(answer) {
      knownKey.current = answer.key;
    },
  };
}
