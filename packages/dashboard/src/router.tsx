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
import { parseInboxSearch } from './inbox/inbox-search.ts';
import { Overview } from './inbox/overview.tsx';
import { parseSiteSearch } from './settings/settings-search.ts';
import { InboxLayout, SignedIn } from './shell.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { Blank } from './ui/blank.tsx';
import { Button } from './ui/button.tsx';

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
  component: lazyRouteComponent(() => import('./settings/settings-layout.tsx'), 'SettingsLayout'),
});

const settingsHomeRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./settings/settings-layout.tsx'), 'SettingsHome'),
});

const notificationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/notifications',
  component: lazyRouteComponent(
    () => import('./settings/notifications/notifications-page.tsx'),
    'NotificationsPage',
  ),
});

const sitesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/sites',
  component: lazyRouteComponent(() => import('./settings/site/sites-page.tsx'), 'SitesPage'),
});

const siteRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/sites/$siteId',
  validateSearch: parseSiteSearch,
  component: lazyRouteComponent(() => import('./settings/site/site-page.tsx'), 'SitePage'),
});

const profileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/profile',
  component: lazyRouteComponent(() => import('./settings/profile/profile-page.tsx'), 'ProfilePage'),
});

const membersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/members',
  component: lazyRouteComponent(() => import('./settings/team/members-page.tsx'), 'MembersPage'),
});

const teamsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/teams',
  component: lazyRouteComponent(() => import('./settings/team/teams-page.tsx'), 'TeamsPage'),
});

const cannedRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/canned',
  component: lazyRouteComponent(() => import('./settings/words/canned-page.tsx'), 'CannedPage'),
});

const labelsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/labels',
  component: lazyRouteComponent(() => import('./settings/words/labels-page.tsx'), 'LabelsPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/audit',
  component: lazyRouteComponent(() => import('./settings/audit/audit-page.tsx'), 'AuditPage'),
});

const webhooksRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/webhooks',
  component: lazyRouteComponent(
    () => import('./settings/webhooks/webhooks-page.tsx'),
    'WebhooksPage',
  ),
});

const systemRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/system',
  component: lazyRouteComponent(() => import('./settings/system/system-page.tsx'), 'SystemPage'),
});

const webhookRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/webhooks/$webhookId',
  component: lazyRouteComponent(
    () => import('./settings/webhooks/webhook-page.tsx'),
    'WebhookPage',
  ),
});

/** Within the settings' frame, at an address of its own: the charts are in no other part. */
const reportsFrame = createRoute({
  getParentRoute: () => appRoute,
  path: '/reports',
  component: lazyRouteComponent(() => import('./settings/settings-layout.tsx'), 'SettingsLayout'),
});

const reportsRoute = createRoute({
  getParentRoute: () => reportsFrame,
  path: '/',
  component: lazyRouteComponent(() => import('./reports/reports-page.tsx'), 'ReportsPage'),
});

const visitorsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/visitors',
  component: lazyRouteComponent(() => import('./visitors/visitors-page.tsx'), 'VisitorsPage'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./sign-in/invitation-page.tsx'), 'InvitationPage'),
});

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/password-reset',
  component: lazyRouteComponent(() => import('./sign-in/reset-page.tsx'), 'ResetPage'),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  invitationRoute,
  resetRoute,
  indexRoute,
  appRoute.addChildren([
    inboxRoute.addChildren([overviewRoute, conversationRoute]),
    reportsFrame.addChildren([reportsRoute]),
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
