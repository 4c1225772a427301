import type { VisitorChat } from '@parley/client';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { en } from '../strings/en.ts';
import { createLanguage, type Language } from '../strings/language.ts';

export const LanguageContext = createContext<Language>(createLanguage('en', en));

export const useLanguage = (): Language => useContext(LanguageContext);

const ChatContext = createContext<VisitorChat | null>(null);

export const ChatProvider = ChatContext.Provider;

export function useChat(): VisitorChat {
  const chat = useContext(ChatContext);
  if (chat === null) throw new Error('outside of ChatProvider');
  return chat;
}
