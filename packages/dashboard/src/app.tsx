import type { AgentChat } from '@parley/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Tooltip } from 'radix-ui';
import { ChatProvider } from './chat-context.tsx';
import { language } from './i18n/language.ts';
import { router } from './router.tsx';
import { ToastProvider } from './ui/toast.tsx';
import { useStore } from './ui/use-store.ts';

/** For what is not live; what is comes through the chat. */
const queries = new QueryClient();

export function App({ chat }: { chat: AgentChat }) {
  // Another language is another page: all of it is drawn anew, what was typed is kept in drafts.
  const spoken = useStore(language);
  return (
    <ChatProvider chat={chat}>
      <QueryClientProvider client={queries}>
        <Tooltip.Provider key={spoken} delayDuration={400}>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </Tooltip.Provider>
      </QueryClientProvider>
    </ChatProvider>
  );
}
