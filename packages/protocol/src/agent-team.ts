import { z } from 'zod/mini';
import { LIMITS } from './limit.ts';
import { filledText, Id } from './primitive.ts';

const TeamName = filledText(LIMITS.teamName_chars);
const Members = z.array(Id).check(z.maxLength(LIMITS.teamMembers));

/** Agents of a site who look after conversations together. */
export const AgentTeam = z.object({
  id: Id,
  site_id: Id,
  name: z.string(),
  members: z.array(z.object({ id: Id, name: z.string() })),
});
export type AgentTeam = z.infer<typeof AgentTeam>;

export const AgentTeamRequest = z.object({
  site_id: Id,
  name: TeamName,
  member_ids: z.optional(Members),
});
export type AgentTeamRequest = z.infer<typeof AgentTeamRequest>;

/** What is absent stays; members are replaced as a whole. */
export const AgentTeamPatch = z.object({
  name: z.optional(TeamName),
  member_ids: z.optional(Members),
});
export type AgentTeamPatch = z.infer<typeof AgentTeamPatch>;

export const AgentTeamAnswer = z.object({ success: z.literal(true), team: AgentTeam });
export type AgentTeamAnswer = z.infer<typeof AgentTeamAnswer>;

export const AgentTeamsAnswer = z.object({
  success: z.literal(true),
  teams: z.array(AgentTeam),
});
export type AgentTeamsAnswer = z.infer<typeof AgentTeamsAnswer>;
