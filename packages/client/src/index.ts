export { createAgentChat } from './agent-chat.ts';
export type {
  AgentChat,
  AgentChatOptions,
  AgentPhase,
  InboxView,
  OpenConversation,
  OpenConversationView,
} from './agent-chat.ts';
export { ApiError } from './api-error.ts';
export type { Environment, PageEvent, Timer } from './environment.ts';
export type { Store } from './store.ts';
export type {
  ConversationView,
  Failure,
  LogMessage,
  MessageState,
  RealtimeState,
  Typing,
} from './view.ts';
export { createVisitorChat } from './visitor-chat.ts';
export type {
  TokenStorage,
  VisitorChat,
  VisitorChatOptions,
  VisitorPhase,
} from './visitor-chat.ts';
