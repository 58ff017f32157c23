import {
  IconBook2,
  IconClock,
  IconCpu,
  IconFileText,
  IconHistory,
  IconInbox,
  IconLayoutDashboard,
  IconListCheck,
  IconListDetails,
  IconMapPin,
  IconPlug,
  IconSend,
  IconTarget,
  IconUsers,
  IconUsersGroup,
  IconWorld,
} from '@tabler/icons-react';

/** Where one can go, in the order of the side navigation. `admin` places are for administrators only. */
export const navGroups = [
  {
    title: 'Service',
    items: [
      {to: '/admin/overview', label: 'Overview', icon: IconLayoutDashboard, admin: true},
      {to: '/inbox', label: 'Inbox', icon: IconInbox, admin: false},
      {to: '/leads', label: 'Leads', icon: IconTarget, admin: false},
      {to: '/admin/playbooks', label: 'Playbooks', icon: IconListCheck, admin: true},
      {to: '/admin/knowledge', label: 'Knowledge', icon: IconBook2, admin: true},
      {to: '/admin/models', label: 'Models', icon: IconCpu, admin: true},
      {to: '/admin/sites', label: 'Websites', icon: IconWorld, admin: true},
      {to: '/admin/people', label: 'People and roles', icon: IconUsers, admin: true},
    ],
  },
  {
    title: 'Data',
    items: [
      {to: '/admin/residency', label: 'Residency', icon: IconMapPin, admin: true},
      {to: '/admin/retention', label: 'Retention', icon: IconClock, admin: true},
      {to: '/admin/connectors', label: 'CRM connectors', icon: IconPlug, admin: true},
      {to: '/admin/deliveries', label: 'Deliveries', icon: IconSend, admin: true},
    ],
  },
  {
    title: 'Privacy',
    items: [
      {to: '/admin/data-map', label: 'Data map', icon: IconListDetails, admin: true},
      {to: '/admin/register', label: 'Register', icon: IconUsersGroup, admin: true},
      {to: '/admin/notice', label: 'Notice', icon: IconFileText, admin: true},
    ],
  },
  {title: 'Proof', items: [{to: '/admin/audit', label: 'Audit log', icon: IconHistory, admin: true}]},
] as const;
