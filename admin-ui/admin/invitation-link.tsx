import type {ReactNode} from 'react';
import {CopyBox} from '../shared/components/copy.tsx';
import {Section} from '../shared/components/page.tsx';
import {Note} from '../shared/components/state.tsx';

/** The one moment in which the link can be seen. */
export const InvitationLink = ({name, url, children}: {name: string; url: string; children: ReactNode}) => (
  <Section title={`Invitation for ${name}`}>
    <div className="panel form col">
      <Note tone="at" title="Copy the link now. It is shown only once.">
        Give it to {name} yourself; nothing was e-mailed. It works once, for seven days, and whoever opens it
        chooses the password.
      </Note>
      <CopyBox text={url} what="the invitation link" />
      <div className="row wrap">{children}</div>
    </div>
  </Section>
);
