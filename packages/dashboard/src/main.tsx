import './styles.css';
import { createAgentChat } from '@parley/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { debugLine } from './connection/debug.ts';
import { followTheme } from './ui/theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

followTheme();
const chat = createAgentChat({ baseUrl: '', debug: debugLine });
chat.start();
createRoot(root).render(
  <StrictMode>
    <App chat={chat} />
  </StrictMode>,
);
