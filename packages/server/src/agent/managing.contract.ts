import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminSiteAnswer,
  AuditAnswer,
  InvitationAnswer,
  MessageAnswer,
  MeAnswer,
  MembersAnswer,
  ProfileAnswer,
  RecoveryCodesAnswer,
  TwoFactorSetUp,
  UpdatesAnswer,
} from '@parley/protocol';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod/mini';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import {
  type Answer,
  call,
  caller,
  codeOfAnswer,
  newVisitor,
  signIn,
  type TestAgent,
} from '../testing/http-client.ts';
import { postForm } from '../testing/forms.ts';
import { untilWaiting } from '../testing/polls.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';

/** What owners and admins do with sites and with each other, over HTTP. */
export function managingContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;
  let owner: TestAgent;

  beforeAll(async () => {
    databases = await make();
    server = await startServer(databases);
    owner = await signIn(server.url, OWNER);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  const memberOf = async (siteId: number, role: 'owner' | 'admin' | 'agent') =>
    signIn(server.url, await server.newAgent([{ siteId, role }]));

  test('[SEC-1] an owner opens a site and owns it at once; others may not, and the log says so', async () => {
    const made = await owner.call('POST', '/admin/sites', { name: ' Second shop ' });
    expect(made.status, made.text).toBe(201);
    const { site } = z.parse(AdminSiteAnswer, made.json);
    expect(site.name).toBe('Second shop');
    const me = z.parse(MeAnswer, (await owner.call('GET', '/admin/me')).json);
    expect(me.sites.find(({ id }) => id === site.id)?.role).toBe('owner');
    const config = await call(`${server.url}/api/chatbot/config?token=${site.token}`);
    expect(config.status).toBe(200);

    const admin = await memberOf(site.id, 'admin');
    const refused = await admin.call('POST', '/admin/sites', { name: 'Mine' });
    expect([refused.status, codeOfAnswer(refused)]).toEqual([403, 'forbidden']);
    const changed = await admin.call('PATCH', `/admin/sites/${site.id}`, { name: 'Shop 2' });
    expect(changed.status).toBe(200);

    const path = `/admin/audit?site=${site.id}`;
    const { entries } = z.parse(AuditAnswer, (await owner.call('GET', path)).json);
    expect(entries.map(({ action, target, agent }) => [action, target, agent?.id])).toEqual([
      ['site.changed', 'Shop 2', admin.id],
      ['site.created', 'Second shop', owner.id],
    ]);
    expect(entries[0]?.address).toBe('127.0.0.1');
    const agent = await memberOf(site.id, 'agent');
    expect((await agent.call('GET', path)).status).toBe(403);
    expect((await agent.call('GET', '/admin/audit')).json).toMatchObject({ entries: [] });
    const stranger = await memberOf(1, 'owner');
    expect((await stranger.call('GET', path)).status).toBe(404);
    expect((await stranger.call('GET', '/admin/audit')).text).not.toContain('Shop 2');
  });

  const post = (path: string, body: object): Promise<Answer> =>
    call(`${server.url}${path}`, { method: 'POST', body });
  const membersOf = async (siteId: number) =>
    z.parse(MembersAnswer, (await owner.call('GET', `/admin/sites/${siteId}/members`)).json);

  async function invite(by: TestAgent, siteId: number, email: string, role = 'agent') {
    const answer = await by.call('POST', `/admin/sites/${siteId}/invitations`, { email, role });
    expect(answer.status, answer.text).toBe(201);
    const { link, invitation, mailed } = z.parse(InvitationAnswer, answer.json);
    expect(mailed).toBe(false);
    expect(link).toMatch(/^http:.+\/admin\/invitation#[\w-]+$/);
    return { id: invitation.id, token: link.split('#')[1] ?? '' };
  }

  test('[SEC-4] an invitation opens once, ends with the next one, and makes no one more than was meant', async () => {
    const { id: siteId } = await newSite();
    const first = await invite(owner, siteId, 'New.Person@agents.example');
    const { token } = await invite(owner, siteId, 'new.person@agents.example', 'admin');
    expect((await membersOf(siteId)).invitations).toMatchObject([{ role: 'admin' }]);
    expect(codeOfAnswer(await post('/admin/invitation', { token: first.token }))).toBe(
      'invitation_over',
    );
    const shown = await post('/admin/invitation', { token });
    expect(shown.json).toMatchObject({ known: false, role: 'admin', invited_by: 'Admin' });
    const accept = { token, name: 'New Person', password: 'long enough' };
    const short = await post('/admin/invitation/accept', { ...accept, password: 'short' });
    expect([short.status, codeOfAnswer(short)]).toEqual([422, 'invalid_request']);
    const both = await Promise.all([1, 2].map(() => post('/admin/invitation/accept', accept)));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410]);
    const admin = await signIn(server.url, { ...accept, email: 'new.person@agents.example' });
    const me = z.parse(MeAnswer, (await admin.call('GET', '/admin/me')).json);
    expect(me.sites.map(({ id, role }) => [id, role])).toEqual([[siteId, 'admin']]);

    // An admin makes no owners, and takes from none what they have.
    const path = `/admin/sites/${siteId}`;
    const above = { email: 'x@agents.example', role: 'owner' };
    expect((await admin.call('POST', `${path}/invitations`, above)).status).toBe(403);
    const demote = await admin.call('PATCH', `${path}/members/${owner.id}`, { role: 'agent' });
    expect([demote.status, codeOfAnswer(demote)]).toEqual([403, 'forbidden']);
    const self = await admin.call('PATCH', `${path}/members/${admin.id}`, { role: 'owner' });
    expect(self.status).toBe(403);
    const last = await owner.call('DELETE', `${path}/members/${owner.id}`);
    expect([last.status, codeOfAnswer(last)]).toEqual([409, 'last_owner']);

    // Who has an account joins by its password, and nobody else by that address.
    const other = await newSite();
    const again = await invite(owner, other.id, 'new.person@agents.example');
    const wrong = { token: again.token, password: 'not the one', name: 'Evil' };
    expect(codeOfAnswer(await post('/admin/invitation/accept', wrong))).toBe('invalid_credentials');
    const right = { token: again.token, password: accept.password };
    expect((await post('/admin/invitation/accept', right)).status).toBe(200);
    const rivals = await owner.call('POST', `${path}/invitations`, {
      email: 'NEW.person@agents.example',
      role: 'agent',
    });
    expect(codeOfAnswer(rivals)).toBe('already_member');
    const { id, token: withdrawn } = await invite(owner, siteId, 'late@agents.example');
    expect((await owner.call('DELETE', `${path}/invitations/${id}`)).status).toBe(200);
    expect((await post('/admin/invitation', { token: withdrawn })).status).toBe(410);
  });

  test('[SEC-5] who is removed or disabled sees nothing more, not even by a poll that waits', async () => {
    const site = await newSite();
    const [removed, disabled] = [
      await memberOf(site.id, 'agent'),
      await memberOf(site.id, 'agent'),
    ];
    const until = async (agent: TestAgent) => {
      const { json } = await agent.call('GET', '/admin/updates');
      const { cursor } = json as { cursor: string };
      return agent.call('GET', `/admin/updates?cursor=${cursor}&wait=20`);
    };
    const waits = [until(removed), until(disabled)];
    await untilWaiting(server, 2);
    const began = performance.now();
    const path = `/admin/sites/${site.id}/members/${removed.id}`;
    expect((await owner.call('DELETE', path)).status).toBe(200);
    const off = await owner.call('PATCH', `/admin/agents/${disabled.id}`, { disabled: true });
    expect(off.status, off.text).toBe(200);
    await Promise.all(waits);
    expect(performance.now() - began).toBeLessThan(10_000);
    const me = z.parse(MeAnswer, (await removed.call('GET', '/admin/me')).json);
    expect(me.sites).toEqual([]);
    expect((await disabled.call('GET', '/admin/me')).status).toBe(401);

    // Back again, with the password of before but no session of before.
    const on = await owner.call('PATCH', `/admin/agents/${disabled.id}`, { disabled: false });
    expect(on.status).toBe(200);
    expect((await disabled.call('GET', '/admin/me')).status).toBe(401);
    // Who works elsewhere too is not one site's to disable.
    const elsewhere = await server.newSite();
    const shared = await server.newAgent([{ siteId: site.id }, { siteId: elsewhere.id }]);
    const mine = await owner.call('PATCH', `/admin/agents/${shared.id}`, { disabled: true });
    expect(mine.status).toBe(403);
    const own = await owner.call('PATCH', `/admin/agents/${owner.id}`, { disabled: true });
    expect(own.status).toBe(403);
  });

  test('[SEC-4] a second factor: asked for at sign-in, each code once, recovery codes in its place', async () => {
    const who = await server.newAgent([{ siteId: 1 }]);
    const agent = await signIn(server.url, who);
    const start = (password: string) =>
      agent.call('POST', '/admin/profile/two-factor', { password });
    expect(codeOfAnswer(await start('wrong'))).toBe('wrong_password');
    const { secret, uri } = z.parse(TwoFactorSetUp, (await start(who.password)).json);
    expect(uri).toContain(`secret=${secret}`);
    const code = (offset_s: number) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({
        timestamp: Date.now() + offset_s * 1_000,
      });
    // It does not hold before it is confirmed.
    expect((await post('/admin/login', who)).status).toBe(200);
    const confirm = (value: string) =>
      agent.call('POST', '/admin/profile/two-factor/confirm', { code: value });
    expect(codeOfAnswer(await confirm('000 00x'))).toBe('wrong_code');
    const { recovery_codes } = z.parse(RecoveryCodesAnswer, (await confirm(code(0))).json);

    const login = (value?: string) => post('/admin/login', { ...who, code: value });
    expect(codeOfAnswer(await login())).toBe('code_required');
    expect(codeOfAnswer(await login(code(-600)))).toBe('invalid_code');
    const next = code(30);
    const twice = await Promise.all([login(next), login(next)]);
    expect(twice.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    const [recovery = ''] = recovery_codes;
    expect((await login(recovery.toUpperCase())).status).toBe(200);
    expect(codeOfAnswer(await login(recovery))).toBe('invalid_code');
    const wrong = await post('/admin/login', { ...who, password: 'wrong', code: code(0) });
    expect(codeOfAnswer(wrong)).toBe('invalid_credentials');
    const profile = z.parse(ProfileAnswer, (await agent.call('GET', '/admin/profile')).json);
    expect([profile.two_factor, profile.recovery_codes]).toEqual([true, 9]);
    const off = { password: who.password };
    expect((await agent.call('POST', '/admin/profile/two-factor/off', off)).status).toBe(200);
    expect((await post('/admin/login', who)).status).toBe(200);
  });

  test('[SEC-4] a new password ends every other session, and replaces the own one', async () => {
    const who = await server.newAgent([{ siteId: 1 }]);
    const [agent, other, third] = [
      await signIn(server.url, who),
      await signIn(server.url, who),
      await signIn(server.url, who),
    ];
    const { sessions } = z.parse(ProfileAnswer, (await agent.call('GET', '/admin/profile')).json);
    expect(sessions.map(({ current }) => current).filter(Boolean)).toEqual([true]);
    expect(sessions.length).toBe(3);
    const seen = z.parse(ProfileAnswer, (await third.call('GET', '/admin/profile')).json);
    const id = seen.sessions.find(({ current }) => current)?.id ?? '';
    const end = (session: string) => agent.call('DELETE', `/admin/profile/sessions/${session}`);
    expect((await end(id)).status).toBe(200);
    expect((await third.call('GET', '/admin/me')).status).toBe(401);
    // Another's sessions are not there.
    const mine = z.parse(ProfileAnswer, (await owner.call('GET', '/admin/profile')).json);
    expect((await end(mine.sessions[0]?.id ?? '')).status).toBe(404);

    // Name and language go along to every device; a language that there is not is refused.
    const patch = (body: object) => agent.call('PATCH', '/admin/profile', body);
    const meOfOther = async () =>
      z.parse(MeAnswer, (await other.call('GET', '/admin/me')).json).agent;
    expect((await patch({ locale: 'de' })).status).toBe(200);
    expect(await meOfOther()).toMatchObject({ email: who.email, locale: 'de' });
    expect((await patch({ locale: 'tlh' })).status).toBe(422);
    expect((await patch({ name: ' Bea ', locale: null })).status).toBe(200);
    expect(await meOfOther()).toEqual({ id: who.id, name: 'Bea', email: who.email });

    const change = { current_password: who.password, password: 'a new long password' };
    const refused = await agent.call('POST', '/admin/profile/password', {
      ...change,
      current_password: 'wrong',
    });
    expect(codeOfAnswer(refused)).toBe('wrong_password');
    const changed = await agent.call('POST', '/admin/profile/password', change);
    expect(changed.status, changed.text).toBe(200);
    for (const session of [agent, other]) {
      expect((await session.call('GET', '/admin/me')).status).toBe(401);
    }
    const cookie = changed.headers['set-cookie']?.find((value) => value.includes('session=')) ?? '';
    const renewed = caller(server.url, { cookie: cookie.split(';')[0] });
    expect((await renewed.call('GET', '/admin/me')).status).toBe(200);
    expect(codeOfAnswer(await post('/admin/login', who))).toBe('invalid_credentials');
  });

  test('[SEC-1] what is known of a visitor is given out and erased, by managers alone; pages and files end', async () => {
    const site = await newSite();
    const [visitor, other] = [
      await newVisitor(server.url, site.token),
      await newVisitor(server.url, site.token),
    ];
    const { conversation_id: id } = await visitor.say('Forget me');
    const sent = await postForm(visitor, '/api/chatbot/file', {
      files: [['files', 'a.txt', 'of the visitor']],
    });
    const { message } = z.parse(MessageAnswer, sent.json);
    const file = server.url + (message.attachments[0]?.url ?? '');
    const note = { text: 'a note of ours', private: true };
    await owner.call('POST', `/admin/chatbot/${id}/reply`, note);

    const path = `/admin/visitors/${visitor.id}`;
    const exported = await owner.call('GET', `${path}/export`);
    expect(exported.headers['content-disposition']).toContain('attachment');
    expect(exported.json).toMatchObject({
      visitor: { id: visitor.id },
      conversations: [{ id, messages: [{ text: 'Forget me' }, { attachments: [{}] }] }],
    });
    expect(exported.text).not.toContain('note of ours');
    const agent = await memberOf(site.id, 'agent');
    for (const method of ['GET', 'DELETE']) {
      const at = method === 'GET' ? `${path}/export` : path;
      expect((await agent.call(method, at)).status).toBe(403);
    }

    const begin = z.parse(UpdatesAnswer, (await visitor.call('GET', '/api/chatbot/updates')).json);
    const old = z.parse(UpdatesAnswer, (await agent.call('GET', '/admin/updates')).json);
    await visitor.say('and this');
    const now = z.parse(
      UpdatesAnswer,
      (await visitor.call('GET', `/api/chatbot/updates?cursor=${begin.cursor}`)).json,
    );
    const waits = visitor.call('GET', `/api/chatbot/updates?cursor=${now.cursor}&wait=20`);
    await untilWaiting(server, 1);
    const began = performance.now();
    expect((await owner.call('DELETE', path)).status).toBe(200);
    await waits;
    expect(performance.now() - began).toBeLessThan(10_000);
    expect((await visitor.call('GET', `/api/chatbot/conversation/${id}`)).status).toBe(401);
    expect((await owner.call('GET', `/admin/chatbot/${id}`)).status).toBe(404);
    expect((await owner.call('GET', `${path}/export`)).status).toBe(404);
    expect((await fetch(file)).status).toBe(404);
    expect(await readdir(join(server.dataDir, 'files'), { recursive: true })).not.toContainEqual(
      expect.stringMatching(/[0-9a-f]{8}-/),
    );
    // Nor is it remembered for those who poll: they look at the inbox anew.
    const query = `cursor=${old.cursor}&conversation=${id}`;
    const later = await agent.call('GET', `/admin/updates?${query}`);
    expect(later.text).not.toContain('and this');
    expect(later.json).toMatchObject({ events: [], reset: true });
    expect((await other.call('GET', '/api/chatbot/updates')).status).toBe(200);
    const { entries } = z.parse(
      AuditAnswer,
      (await owner.call('GET', `/admin/audit?site=${site.id}`)).json,
    );
    expect(entries.slice(0, 2).map(({ action, target }) => `${action} ${target}`)).toEqual([
      `visitor.erased #${visitor.id}`,
      `visitor.exported #${visitor.id}`,
    ]);
  });

  test('[SEC-1] reports are for owners and admins, of the sites on which they are that; also as a file', async () => {
    const site = await newSite();
    const admin = await memberOf(site.id, 'admin');
    const agent = await memberOf(site.id, 'agent');
    const days = 'from=2026-01-01&to=2026-12-31&zone=Europe/Berlin';
    for (const path of ['/admin/reports', '/admin/reports.csv']) {
      const status = async (who: TestAgent, more = '') =>
        (await who.call('GET', `${path}?${days}${more}`)).status;
      expect(await status(admin, `&site=${site.id}`), path).toBe(200);
      expect(await status(admin), path).toBe(200);
      expect(await status(admin, '&site=1'), path).toBe(404);
      expect(await status(agent, `&site=${site.id}`), path).toBe(403);
      expect(await status(agent), path).toBe(403);
      expect(await status(admin, '&from=2025-01-01'), path).toBe(422);
      expect((await admin.call('GET', path)).status, path).toBe(422);
    }
    const file = await admin.call('GET', `/admin/reports.csv?${days}`);
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="parley-2026-01-01-2026-12-31.csv"',
    });
    expect(file.text.split('\r\n')).toHaveLength(1 + 2 + 365 + 1);
  });

  async function newSite() {
    const { json } = await owner.call('POST', '/admin/sites', { name: 'A shop' });
    return z.parse(AdminSiteAnswer, json).site;
  }
}
