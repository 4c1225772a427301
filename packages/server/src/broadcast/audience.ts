/** Names of the polling feed's audiences: who may read is decided before they are named. */
export const visitorAudience = (visitorId: number): string => `visitor:${visitorId}`;
export const inboxAudience = (siteId: number): string => `inbox:${siteId}`;
export const agentsAudience = (conversationId: number): string => `conversation:${conversationId}`;
