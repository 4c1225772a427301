import type { OpenConversation } from '@parley/client';
import type { ConversationPatch, InboxEntry } from '@parley/protocol';
import { useState } from 'react';
import { messageOf } from '../../i18n/message-of.ts';
import { t } from '../../i18n/translate.ts';
import { useColleagues, useTeams } from '../../inbox/use-people.ts';
import { useToast } from '../../ui/toast.tsx';
import { inverseOf, type Names, withPatch } from './change.ts';

/** Changes the conversation; what was done is said, and can be taken back. */
export type Change = (patch: ConversationPatch, done: string) => void;

/**
 * The conversation with what is under way in it, and how to change it: shown at once. A change that
 * fails is told and gone again, and nothing else is lost.
 */
export function useChange(
  open: OpenConversation,
  conversation: InboxEntry,
): { readonly conversation: InboxEntry; readonly change: Change } {
  const say = useToast();
  const names = useNames();
  const [underWay, setUnderWay] = useState<readonly ConversationPatch[]>([]);

  async function apply(patch: ConversationPatch): Promise<boolean> {
    setUnderWay((patches) => [...patches, patch]);
    try {
      await open.patch(patch);
      return true;
    } catch (error) {
      say(t('conversation.changeFailed', { message: messageOf(error) }));
      return false;
    } finally {
      setUnderWay((patches) => patches.filter((one) => one !== patch));
    }
  }

  const shown = underWay.reduce((entry, patch) => withPatch(entry, patch, names), conversation);

  async function applyWithUndo(patch: ConversationPatch, done: string): Promise<void> {
    const undo = inverseOf(shown, patch, Date.now() / 1000);
    if (await apply(patch)) say(done, { text: t('ui.undo'), run: () => void apply(undo) });
  }

  return {
    conversation: shown,
    change: (patch, done) => void applyWithUndo(patch, done),
  };
}

function useNames(): Names {
  const colleagues = useColleagues();
  const teams = useTeams();
  const nameOf = (people: readonly { id: number; name: string }[], id: number) =>
    people.find((one) => one.id === id)?.name ?? '';
  return { agent: (id) => nameOf(colleagues, id), team: (id) => nameOf(teams, id) };
}
