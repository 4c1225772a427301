import type { AgentChat } from '@parley/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Tooltip } from 'radix-ui';
import { ChatProvider } from './chat-context.tsx';
import { router } from './router.tsx';
import { ToastProvider } from './ui/toast.tsx';

/** For what is not live; what is comes through the chat. */
const queries = new QueryClient();

export function App({ chat }: { chat: AgentChat }) {
  return (
    <ChatProvider chat={chat}>
      <QueryClientProvider client={queries}>
        <Tooltip.Provider delayDuration={400}>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </Tooltip.Provider>
      </QueryClientProvider>
    </ChatProvider>
  );
}
