export { createAgentChat } from './agent-chat.ts';
export type { AgentChat, AgentChatOptions } from './agent-chat-interface.ts';
export type { Colleague } from './colleagues.ts';
export type { OpenConversation, OpenConversationView } from './agent-conversation.ts';
export type { AgentPhase } from './agent-session.ts';
export { chime } from './chime.ts';
export { ApiError } from './api-error.ts';
export { EMOJI, findEmoji, loadEmojiNames, pickByKey, type EmojiNames } from './emoji/emoji.ts';
export { addFiles } from './enclosure.ts';
export { takeIncomingFiles } from './incoming-files.ts';
export type { Enclosure, FileProblem, OutgoingFile, Recording } from './enclosure.ts';
export type { Environment, HttpResponse, PageEvent, Timer } from './environment.ts';
export type { InboxView } from './inbox-sync.ts';
export { holdUrl } from './object-url.ts';
export { platform } from './platform.ts';
export { createRecordingPlayer } from './recording-player.ts';
export { createStore, type Store } from './store.ts';
export { untilLoaded } from './lazy-part.ts';
export type {
  ConversationView,
  Failure,
  LogMessage,
  MessageState,
  RealtimeState,
  Typing,
} from './view.ts';
export { extensionLabel, formatSize, isShownPicture } from './file-label.ts';
export { formatDuration, waveformOf } from './waveform.ts';
export type { WaitingWords } from './waiting-words.ts';
export { createVisitorChat } from './visitor-chat.ts';
export type { Introduction, VisitorChat, VisitorChatOptions } from './visitor-chat-interface.ts';
export type { TokenStorage } from './token-store.ts';
export type { VisitorPhase } from './visitor-session.ts';
