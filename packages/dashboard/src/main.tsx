import './styles.css';
import { createAgentChat } from '@parley/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { debugLine } from './connection/debug.ts';
import { inboxQuery, parseInboxSearch } from './inbox/inbox-search.ts';
import { followLanguage } from './i18n/language.ts';
import { followTheme } from './ui/theme.ts';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');
const root = createRoot(element);

followTheme();
// The first rows that are asked for are those that the address shows.
const { pathname, search } = location;
const filters = pathname.startsWith('/admin/chatbot') ? new URLSearchParams(search) : [];
const inbox = inboxQuery(parseInboxSearch(Object.fromEntries(filters)));
const chat = createAgentChat({ baseUrl: '', debug: debugLine, inbox });
chat.start();
// English is here already; other words come while the server is asked who is signed in. Not a
// top-level await: it would tear the first load into fifty files.
void followLanguage().then(() => {
  root.render(
    <StrictMode>
      <App chat={chat} />
    </StrictMode>,
  );
});
