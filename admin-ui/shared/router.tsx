import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import {type StepId, steps} from '../setup/answers.ts';
import {queryClient} from './query.ts';
import {homeOf, mayOpen} from './nav-items.ts';
import {RouteFailed} from './route-failed.tsx';
import {sessionQuery} from './session.tsx';
import {ConsoleShell, InboxShell} from './shell.tsx';

const deliveryStates = ['queued', 'delivering', 'delivered', 'retrying', 'failed'] as const;
type DeliveryState = (typeof deliveryStates)[number];
export type DeliveryFilter = {state?: DeliveryState | undefined; connectorId?: string | undefined};
export type LeadFilter = {
  q?: string | undefined;
  delivery?: DeliveryState | undefined;
  minPoints?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
};
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const oneOf = <T extends string>(list: readonly T[], value: unknown) => list.find(entry => entry === value);

const session = () => queryClient.ensureQueryData(sessionQuery);

/** Where a person belongs who names no page: set-up first, then sign-in, then the work. */
const home = async () => {
  const {setupNeeded, user} = await session();
  if (setupNeeded) return redirect({to: '/setup'});
  return user ? redirect({to: homeOf(user.role)}) : redirect({to: '/sign-in'});
};

type At = {location: {href: string; pathname: string}};
const needUser = async ({location}: At) => {
  const {setupNeeded, user, secondFactor} = await session();
  if (setupNeeded) throw redirect({to: '/setup'});
  if (!user) throw redirect({to: '/sign-in', search: {next: location.href}});
  return {user, missing: secondFactor?.missing ?? false};
};

/** Whoever has no business at a place goes to their own: the appliance would refuse every request of it. */
const needRole = async (at: At) => {
  const {user, missing} = await needUser(at);
  if (missing) throw redirect({to: '/second-factor', search: {next: at.location.href}});
  if (!mayOpen(user.role, at.location.pathname)) throw redirect({to: homeOf(user.role)});
};
const nextOf = (search: Record<string, unknown>): {next?: string | undefined} => ({
  next: typeof search['next'] === 'string' && /^\/(?!\/)/.test(search['next']) ? search['next'] : undefined,
});

const root = createRootRoute({
  component: Outlet,
  errorComponent: RouteFailed,
  notFoundComponent: () => <RouteFailed />,
});
const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async () => {
    throw await home();
  },
});
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search: Record<string, unknown>): {step?: StepId | undefined} => ({
    step: steps.find(({id}) => id === search['step'])?.id,
  }),
  component: lazyRouteComponent(() => import('../setup/setup-page.tsx')),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: nextOf,
  beforeLoad: async () => {
    const {setupNeeded, user} = await session();
    if (setupNeeded || user) throw await home();
  },
  component: lazyRouteComponent(() => import('../setup/sign-in-page.tsx')),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation/$token',
  component: lazyRouteComponent(() => import('../setup/invitation-page.tsx')),
});

const secondFactor = createRoute({
  getParentRoute: () => root,
  path: '/second-factor',
  validateSearch: nextOf,
  beforeLoad: async context => {
    await needUser(context);
  },
  component: lazyRouteComponent(() => import('../setup/second-factor/page.tsx')),
});

const inboxShell = createRoute({
  getParentRoute: () => root,
  id: 'inbox-shell',
  beforeLoad: needRole,
  component: InboxShell,
});
const inboxPage = lazyRouteComponent(() => import('../inbox/inbox-page.tsx'));
const inbox = createRoute({getParentRoute: () => inboxShell, path: '/inbox', component: inboxPage});
/** A child of /inbox, so that the page stays mounted from one conversation to the next. */
const conversation = createRoute({getParentRoute: () => inbox, path: '$conversationId'});

const consoleShell = createRoute({
  getParentRoute: () => root,
  id: 'console-shell',
  beforeLoad: needRole,
  component: ConsoleShell,
});
const leads = createRoute({
  getParentRoute: () => consoleShell,
  path: '/leads',
  validateSearch: (search: Record<string, unknown>): LeadFilter => ({
    q: text(search['q']),
    delivery: oneOf(deliveryStates, search['delivery']),
    minPoints: typeof search['minPoints'] === 'number' ? search['minPoints'] : undefined,
    from: text(search['from']),
    to: text(search['to']),
  }),
  component: lazyRouteComponent(() => import('../admin/leads-page.tsx')),
});
const lead = createRoute({
  getParentRoute: () => consoleShell,
  path: '/leads/$leadId',
  component: lazyRouteComponent(() => import('../admin/lead-page.tsx')),
});

const admin = createRoute({getParentRoute: () => consoleShell, path: '/admin'});
const overview = createRoute({
  getParentRoute: () => admin,
  path: 'overview',
  component: lazyRouteComponent(() => import('../admin/overview-page.tsx')),
});
const people = createRoute({
  getParentRoute: () => admin,
  path: 'people',
  component: lazyRouteComponent(() => import('../admin/people-page.tsx')),
});
const sites = createRoute({
  getParentRoute: () => admin,
  path: 'sites',
  component: lazyRouteComponent(() => import('../admin/sites-page.tsx')),
});
const connectors = createRoute({
  getParentRoute: () => admin,
  path: 'connectors',
  component: lazyRouteComponent(() => import('../admin/connectors-page.tsx')),
});
const deliveries = createRoute({
  getParentRoute: () => admin,
  path: 'deliveries',
  validateSearch: (search: Record<string, unknown>): DeliveryFilter => ({
    state: oneOf(deliveryStates, search['state']),
    connectorId: text(search['connectorId']),
  }),
  component: lazyRouteComponent(() => import('../admin/deliveries-page.tsx')),
});
const residency = createRoute({
  getParentRoute: () => admin,
  path: 'residency',
  component: lazyRouteComponent(() => import('../admin/residency/residency-page.tsx')),
});
const retention = createRoute({
  getParentRoute: () => admin,
  path: 'retention',
  /** Whose data somebody came here to keep: a lead or a conversation. */
  validateSearch: (search: Record<string, unknown>): {hold?: string | undefined} => ({
    hold: text(search['hold']),
  }),
  component: lazyRouteComponent(() => import('../admin/privacy/retention/retention-page.tsx')),
});
const playbooks = createRoute({
  getParentRoute: () => admin,
  path: 'playbooks',
  component: lazyRouteComponent(() => import('../admin/playbooks/list-page.tsx')),
});
const playbook = createRoute({
  getParentRoute: () => admin,
  path: 'playbooks/$playbookId',
  component: lazyRouteComponent(() => import('../admin/playbooks/editor-page.tsx')),
});
const knowledge = createRoute({
  getParentRoute: () => admin,
  path: 'knowledge',
  component: lazyRouteComponent(() => import('../admin/knowledge/knowledge-page.tsx')),
});
const models = createRoute({
  getParentRoute: () => admin,
  path: 'models',
  component: lazyRouteComponent(() => import('../admin/models/models-page.tsx')),
});
const evidence = createRoute({
  getParentRoute: () => admin,
  path: 'evidence',
  component: lazyRouteComponent(() => import('../admin/evidence/evidence-page.tsx')),
});
const mail = createRoute({
  getParentRoute: () => admin,
  path: 'mail',
  component: lazyRouteComponent(() => import('../admin/mail/mail-page.tsx')),
});
const requests = createRoute({
  getParentRoute: () => admin,
  path: 'requests',
  component: lazyRouteComponent(() => import('../admin/privacy/requests/list-page.tsx')),
});
const subjectRequest = createRoute({
  getParentRoute: () => admin,
  path: 'requests/$requestId',
  component: lazyRouteComponent(() => import('../admin/privacy/requests/detail-page.tsx')),
});
const dataMap = createRoute({
  getParentRoute: () => admin,
  path: 'data-map',
  component: lazyRouteComponent(() => import('../admin/privacy/data-map-page.tsx')),
});
const register = createRoute({
  getParentRoute: () => admin,
  path: 'register',
  component: lazyRouteComponent(() => import('../admin/privacy/register-page.tsx')),
});
const notice = createRoute({
  getParentRoute: () => admin,
  path: 'notice',
  component: lazyRouteComponent(() => import('../admin/privacy/notice-page.tsx')),
});
const consents = createRoute({
  getParentRoute: () => admin,
  path: 'consents',
  component: lazyRouteComponent(() => import('../admin/privacy/consents-page.tsx')),
});
const usage = createRoute({
  getParentRoute: () => admin,
  path: 'usage',
  component: lazyRouteComponent(() => import('../admin/privacy/usage-page.tsx')),
});
const cancellation = createRoute({
  getParentRoute: () => admin,
  path: 'cancellation',
  component: lazyRouteComponent(() => import('../admin/cancellation/cancellation-page.tsx')),
});
const keys = createRoute({
  getParentRoute: () => admin,
  path: 'keys',
  component: lazyRouteComponent(() => import('../admin/keys/keys-page.tsx')),
});
const audit = createRoute({
  getParentRoute: () => admin,
  path: 'audit',
  component: lazyRouteComponent(() => import('../admin/audit-page.tsx')),
});

const routeTree = root.addChildren([
  index,
  setup,
  signIn,
  invitation,
  secondFactor,
  inboxShell.addChildren([inbox.addChildren([conversation])]),
  consoleShell.addChildren([
    leads,
    lead,
    admin.addChildren([
      overview,
      people,
      sites,
      connectors,
      deliveries,
      residency,
      retention,
      requests,
      subjectRequest,
      dataMap,
      register,
      notice,
      consents,
      usage,
      cancellation,
      keys,
      playbooks,
      playbook,
      knowledge,
      models,
      mail,
      evidence,
      audit,
    ]),
  ]),
]);

export const router = createRouter({routeTree, defaultPreload: 'intent', scrollRestoration: true});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
