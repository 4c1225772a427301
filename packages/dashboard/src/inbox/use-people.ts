import type {
  AgentTeam,
  AgentTeamsAnswer,
  AvailabilityAnswer,
  CannedRepliesAnswer,
  ColleaguesAnswer,
  Label,
  LabelsAnswer,
  MentionsAnswer,
  SavedView,
  SavedViewsAnswer,
} from '@parley/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useChat } from '../chat-context.tsx';
import { pageIsRead } from '../ui/page-is-read.ts';
import { useStore } from '../ui/use-store.ts';

/** What changes seldom is asked for once, and again when the dashboard is come back to. */
const SELDOM_MS = 60_000;

/** What is asked for at `/admin/` and its name. */
interface Answers {
  readonly labels: LabelsAnswer;
  readonly teams: AgentTeamsAnswer;
  readonly colleagues: ColleaguesAnswer;
  readonly mentions: MentionsAnswer;
  readonly views: SavedViewsAnswer;
  readonly 'canned-replies': CannedRepliesAnswer;
}

function useFetched<K extends keyof Answers>(
  name: K,
  staleTime = SELDOM_MS,
): Answers[K] | undefined {
  const chat = useChat();
  const { data } = useQuery({
    queryKey: [name],
    queryFn: () => chat.request<Answers[K]>('GET', `/admin/${name}`),
    staleTime,
  });
  return data;
}

const NONE: readonly never[] = [];

/** Of all own sites. */
export function useLabels(): readonly Label[] {
  return useFetched('labels')?.labels ?? NONE;
}

export function useTeams(): readonly AgentTeam[] {
  return useFetched('teams')?.teams ?? NONE;
}

/** The agent among them. */
export function useColleagues(): ColleaguesAnswer['agents'] {
  return useFetched('colleagues')?.agents ?? [];
}

/** Also asked for anew whenever what shows them appears: who is online, and who is new. */
export function useColleaguesNow(): ColleaguesAnswer['agents'] {
  return useFetched('colleagues', 0)?.agents ?? [];
}

/** Whoever shows colleagues or teams learns at once that one came, went, is away, or is called otherwise. */
export function useAgentsChanged(): void {
  const chat = useChat();
  const queries = useQueryClient();
  useEffect(
    () =>
      chat.onAgentsChanged(() => {
        for (const list of ['colleagues', 'members', 'teams']) {
          void queries.invalidateQueries({ queryKey: [list] });
        }
      }),
    [chat, queries],
  );
}

/** Says that one is away, or back. Rejects with ApiError. */
export function useSetAway(): (away: boolean) => Promise<void> {
  const chat = useChat();
  const queries = useQueryClient();
  return async (away) => {
    await chat.request<AvailabilityAnswer>('PATCH', '/admin/availability', { away });
    await queries.invalidateQueries({ queryKey: ['colleagues'] });
  };
}

/** Of all own sites; one's own among them. */
export function useCannedReplies(): CannedRepliesAnswer['replies'] {
  return useFetched('canned-replies')?.replies ?? [];
}

export function useSavedViews(): readonly SavedView[] {
  return useFetched('views')?.views ?? NONE;
}

/**
 * Conversations in which a note names the agent, who has not seen that. Asked again whenever a note is
 * the last word of some conversation that was not before.
 */
export function useMentions(): readonly number[] {
  const queries = useQueryClient();
  const { entries } = useStore(useChat().inbox);
  const newestNote = Math.max(
    0,
    ...entries.map(({ last_message: last }) => (last?.private === true ? last.id : 0)),
  );
  useEffect(() => {
    if (newestNote > 0) void queries.invalidateQueries({ queryKey: ['mentions'] });
  }, [queries, newestNote]);
  return useFetched('mentions')?.conversation_ids ?? NONE;
}

/** An open conversation in which the agent was named is seen. */
export function useMentionsSeen(conversationId: number): void {
  const chat = useChat();
  const queries = useQueryClient();
  const named = useMentions().includes(conversationId);
  const { mutate } = useMutation({
    mutationFn: () => chat.request('DELETE', `/admin/chatbot/${conversationId}/mentions`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['mentions'] }),
  });
  useEffect(() => {
    if (!named) return undefined;
    const tell = () => {
      if (pageIsRead()) mutate();
    };
    tell();
    const listening = new AbortController();
    window.addEventListener('focus', tell, { signal: listening.signal });
    return () => listening.abort();
  }, [named, mutate]);
}
