/** What the appliance's own actions are called for a person. One this version does not know is shown by its code. */
export const auditWords: Record<string, string> = {
  'setup.done': 'Set the appliance up',
  'session.started': 'Signed in',
  'session.ended': 'Signed out',
  'session.refused': 'Sign-in refused',
  'password.changed': 'Changed the password',
  'password.reset_issued': 'Made a link for a new password',
  'password.reset': 'Chose a new password by a link',
  'user.invited': 'Invited a person',
  'invitation.accepted': 'Accepted an invitation',
  'user.changed': 'Changed a person',
  'user.disabled': 'Disabled a person',
  'user.enabled': 'Enabled a person',
  'person.looked_at': 'Looked at a person’s data',
  'conversation.accepted': 'Took over a conversation',
  'conversations.listed': 'Looked at a list of conversations',
  'leads.listed': 'Looked at a list of leads',
  'users.listed': 'Looked at the list of people',
  'leads.exported': 'Downloaded leads',
  'connector.created': 'Added a connector',
  'connector.changed': 'Changed a connector',
  'connector.removed': 'Deleted a connector',
  'retention.changed': 'Changed retention',
  'retention.run': 'Nightly run',
  'playbook.created': 'Added a playbook',
  'playbook.saved': 'Published a playbook',
  'playbook.replayed': 'Replayed conversations',
  'model.imported': 'Imported a model',
  'model.measured': 'Measured a model’s accuracy',
  'model.activated': 'Activated a model',
  'model.returned': 'A model failed, the one before answers',
  'model.removed': 'Removed a model',
  'model.server_connected': 'Connected a model server',
  'model.server_changed': 'Changed the model server',
  'model.server_removed': 'Disconnected the model server',
  'site.created': 'Added a website',
  'site.changed': 'Changed a website',
};

const subjects: Record<string, string> = {user: 'person', site: 'website'};

/** What kind of thing an entry is about. */
export const subjectWord = (kind: string) => subjects[kind] ?? kind;
