import type { AgentChat, AgentPhase } from '@parley/client';
import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from './ui/use-store.ts';

const ChatContext = createContext<AgentChat | null>(null);

/** Gives the page its one connection to the server. */
export function ChatProvider({ chat, children }: { chat: AgentChat; children: ReactNode }) {
  return <ChatContext value={chat}>{children}</ChatContext>;
}

export function useChat(): AgentChat {
  const chat = useContext(ChatContext);
  if (chat === null) throw new Error('useChat needs a ChatProvider');
  return chat;
}

export function usePhase(): AgentPhase {
  return useStore(useChat().phase);
}

/** Who is signed in, with the sites; throws where nobody is, so it belongs below the signed-in shell. */
export function useMe(): Extract<AgentPhase, { phase: 'ready' }> {
  const phase = usePhase();
  if (phase.phase !== 'ready') throw new Error('useMe needs a signed-in agent');
  return phase;
}
