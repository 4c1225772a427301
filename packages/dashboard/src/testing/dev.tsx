import '../styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '../app.tsx';
import { followLanguage } from '../i18n/language.ts';
import { followTheme } from '../ui/theme.ts';
import { createHandDrivenChat } from './hand-driven-chat.ts';
import { scenarios } from './scenarios.ts';

// In the console: localStorage.scenario = 'busy' | 'empty' | 'many' | …, then reload.
const scenario = scenarios[localStorage.getItem('scenario') ?? 'busy'] ?? scenarios['busy'];
const root = document.getElementById('root');
if (scenario === undefined || root === null) throw new Error('nothing to show');

followTheme();
await followLanguage();
createRoot(root).render(
  <StrictMode>
    <App chat={createHandDrivenChat(scenario)} />
  </StrictMode>,
);
