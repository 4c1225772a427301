import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type ErrorComponentProps,
  redirect,
  useNavigate,
} from '@tanstack/react-router';
import { Compass, TriangleAlert } from 'lucide-react';
import { ConversationPage } from './conversation/conversation-page.tsx';
import { t } from './i18n/translate.ts';
import { inEveryLanguage, useLanguage } from './i18n/use-language.tsx';
import { parseInboxSearch } from './inbox/inbox-search.ts';
import { Overview } from './inbox/overview.tsx';
import { loadLate } from './load-late.ts';
import { parseSiteSearch } from './settings/settings-search.ts';
import { InboxLayout, SignedIn } from './shell.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { Blank } from './ui/blank.tsx';
import { Button } from './ui/button.tsx';

/** A page that is loaded when somebody goes there. */
function late<M extends Record<string, unknown>>(load: () => Promise<M>, name: keyof M & string) {
  return lazyRouteComponent(() => loadLate(load), name);
}

const rootRoute = createRootRoute({ notFoundComponent: NoSuchPage });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: (search): { to?: string } =>
    typeof search['to'] === 'string' ? { to: search['to'] } : {},
  component: SignInPage,
});

const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  component: SignedIn,
});

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- how this router redirects
    throw redirect({ to: '/chatbot' });
  },
});

const inboxRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/chatbot',
  validateSearch: parseInboxSearch,
  component: InboxLayout,
});

const overviewRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: '/',
  component: Overview,
});

const conversationRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: '$id',
  component: ConversationPage,
});

/** Loaded when somebody manages: none of it is in the first load. */
const settingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings',
  component: late(() => import('./settings/settings-layout.tsx'), 'SettingsLayout'),
});

const settingsHomeRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  component: late(() => import('./settings/settings-layout.tsx'), 'SettingsHome'),
});

const notificationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/notifications',
  component: late(
    () => import('./settings/notifications/notifications-page.tsx'),
    'NotificationsPage',
  ),
});

const sitesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/sites',
  component: late(() => import('./settings/site/sites-page.tsx'), 'SitesPage'),
});

const siteRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/sites/$siteId',
  validateSearch: parseSiteSearch,
  component: late(() => import('./settings/site/site-page.tsx'), 'SitePage'),
});

const profileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/profile',
  component: late(() => import('./settings/profile/profile-page.tsx'), 'ProfilePage'),
});

const membersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/members',
  component: late(() => import('./settings/team/members-page.tsx'), 'MembersPage'),
});

const teamsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/teams',
  component: late(() => import('./settings/team/teams-page.tsx'), 'TeamsPage'),
});

const cannedRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/canned',
  component: late(() => import('./settings/words/canned-page.tsx'), 'CannedPage'),
});

const labelsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/labels',
  component: late(() => import('./settings/words/labels-page.tsx'), 'LabelsPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/audit',
  component: late(() => import('./settings/audit/audit-page.tsx'), 'AuditPage'),
});

const webhooksRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/webhooks',
  component: late(() => import('./settings/webhooks/webhooks-page.tsx'), 'WebhooksPage'),
});

const systemRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/system',
  component: late(() => import('./settings/system/system-page.tsx'), 'SystemPage'),
});

const webhookRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/webhooks/$webhookId',
  component: late(() => import('./settings/webhooks/webhook-page.tsx'), 'WebhookPage'),
});

/** The charts are in no other part. */
const reportsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/reports',
  component: late(() => import('./reports/reports-page.tsx'), 'ReportsPage'),
});

const visitorsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/visitors',
  component: late(() => import('./visitors/visitors-page.tsx'), 'VisitorsPage'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: late(() => import('./sign-in/invitation-page.tsx'), 'InvitationPage'),
});

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/password-reset',
  component: late(() => import('./sign-in/reset-page.tsx'), 'ResetPage'),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  invitationRoute,
  resetRoute,
  indexRoute,
  appRoute.addChildren([
    inboxRoute.addChildren([overviewRoute, conversationRoute]),
    reportsRoute,
    visitorsRoute,
    settingsRoute.addChildren([
      settingsHomeRoute,
      notificationsRoute,
      sitesRoute,
      siteRoute,
      profileRoute,
      membersRoute,
      teamsRoute,
      cannedRoute,
      labelsRoute,
      webhooksRoute,
      webhookRoute,
      systemRoute,
      auditRoute,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  basepath: '/admin',
  trailingSlash: 'never',
  defaultErrorComponent: Crash,
});

for (const route of Object.values(router.routesById)) {
  const { component } = route.options;
  if (component !== undefined) route.update({ component: inEveryLanguage(component) });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** At the sign-in: one was signed in on this page until now. */
    signedOut?: boolean;
  }
}

function NoSuchPage() {
  useLanguage();
  const navigate = useNavigate();
  return (
    <main className="h-full">
      <Blank
        level="h1"
        icon={<Compass size={22} />}
        title={t('app.notFound.title')}
        text={t('app.notFound.text')}
      >
        <Button onClick={() => void navigate({ to: '/chatbot' })}>{t('app.backToInbox')}</Button>
      </Blank>
    </main>
  );
}

/** A defect of ours: say so, keep what is stored, and offer the way out. */
function Crash({ error }: ErrorComponentProps) {
  useLanguage();
  return (
    <main className="h-full">
      <Blank
        level="h1"
        icon={<TriangleAlert size={22} />}
        title={t('app.crash.title')}
        text={t('app.crash.text')}
      >
        <Button look="primary" onClick={() => window.location.reload()}>
          {t('app.crash.reload')}
        </Button>
        <code className="max-w-lg font-mono text-xs text-muted">
          {error instanceof Error ? error.message : String(error)}
        </code>
      </Blank>
    </main>
  );
}
