import {
  IconBook2,
  IconChecklist,
  IconCalendarX,
  IconCertificate,
  IconClock,
  IconCpu,
  IconFileText,
  IconHistory,
  IconInbox,
  IconKey,
  IconLayoutDashboard,
  IconListCheck,
  IconMail,
  IconListDetails,
  IconMapPin,
  IconPlug,
  IconRulerMeasure,
  IconSend,
  IconTarget,
  IconUserQuestion,
  IconUsers,
  IconUsersGroup,
  IconWorld,
} from '@tabler/icons-react';
import type {User} from './session.tsx';

type Role = User['role'];
const administrators: readonly Role[] = ['administrator'];
const answering: readonly Role[] = ['administrator', 'agent'];
const readers: readonly Role[] = ['administrator', 'agent', 'privacy_officer'];
const officers: readonly Role[] = ['administrator', 'privacy_officer'];
const evidence: readonly Role[] = ['administrator', 'privacy_officer', 'auditor'];

/** Where one can go and who, in the order of the side navigation. The appliance itself refuses everybody else. */
export const navGroups = [
  {
    title: 'Service',
    items: [
      {to: '/admin/overview', label: 'Overview', icon: IconLayoutDashboard, roles: administrators},
      {to: '/inbox', label: 'Inbox', icon: IconInbox, roles: answering},
      {to: '/leads', label: 'Leads', icon: IconTarget, roles: readers},
      {to: '/admin/playbooks', label: 'Playbooks', icon: IconListCheck, roles: administrators},
      {to: '/admin/knowledge', label: 'Knowledge', icon: IconBook2, roles: administrators},
      {to: '/admin/models', label: 'Models', icon: IconCpu, roles: administrators},
      {to: '/admin/sites', label: 'Websites', icon: IconWorld, roles: administrators},
      {to: '/admin/people', label: 'People and roles', icon: IconUsers, roles: administrators},
    ],
  },
  {
    title: 'Data',
    items: [
      {to: '/admin/connectors', label: 'CRM connectors', icon: IconPlug, roles: administrators},
      {to: '/admin/deliveries', label: 'Deliveries', icon: IconSend, roles: administrators},
      {to: '/admin/mail', label: 'Mail', icon: IconMail, roles: administrators},
    ],
  },
  {
    title: 'Privacy',
    items: [
      {to: '/admin/requests', label: 'Requests', icon: IconUserQuestion, roles: officers},
      {to: '/admin/residency', label: 'Residency', icon: IconMapPin, roles: evidence},
      {to: '/admin/retention', label: 'Retention', icon: IconClock, roles: evidence},
      {to: '/admin/data-map', label: 'Data map', icon: IconListDetails, roles: evidence},
      {to: '/admin/register', label: 'Register', icon: IconUsersGroup, roles: evidence},
      {to: '/admin/notice', label: 'Notice', icon: IconFileText, roles: evidence},
      {to: '/admin/consents', label: 'Consents', icon: IconChecklist, roles: evidence},
      {to: '/admin/usage', label: 'Usage', icon: IconRulerMeasure, roles: evidence},
      {to: '/admin/cancellation', label: 'Cancellation', icon: IconCalendarX, roles: evidence},
      {to: '/admin/keys', label: 'Keys', icon: IconKey, roles: administrators},
    ],
  },
  {
    title: 'Proof',
    items: [
      {to: '/admin/evidence', label: 'Evidence', icon: IconCertificate, roles: evidence},
      {to: '/admin/audit', label: 'Audit log', icon: IconHistory, roles: evidence},
    ],
  },
] as const;

export const mayOpen = (role: Role, path: string): boolean =>
  navGroups.some(({items}) =>
    items.some(({to, roles}) => (path === to || path.startsWith(`${to}/`)) && roles.includes(role)),
  );

/** Where a person's work is. */
export const homeOf = (role: Role) => (answering.includes(role) ? '/inbox' : '/admin/audit');
