import {type ReactNode, useEffect, useRef} from 'react';
import {CopyBox} from '../shared/components/copy.tsx';
import {Section} from '../shared/components/page.tsx';
import {Note} from '../shared/components/state.tsx';

export type PersonalLink = {
  name: string;
  url: string;
  kind: 'invitation' | 'reset';
  /** It is on its way to the person, too. */
  mailed: boolean;
};

/** The one moment in which the link can be seen. */
export const OneTimeLink = ({name, url, kind, mailed, children}: PersonalLink & {children: ReactNode}) => {
  const box = useRef<HTMLDivElement>(null);
  // It appears above the list whose button made it, out of sight on a phone.
  useEffect(() => box.current?.focus(), [url]);
  return (
    <Section title={kind === 'reset' ? `New password for ${name}` : `Invitation for ${name}`}>
      <div className="panel form col" ref={box} tabIndex={-1} style={{scrollMarginTop: 120}}>
        {mailed ? (
          <Note tone="in" title={`It is on its way to ${name} by mail.`}>
            Whether the mail server took it is shown under Mail. The link is here once, should the letter not
            arrive.
          </Note>
        ) : (
          <Note tone="at" title="Copy the link now. It is shown only once.">
            {kind === 'reset'
              ? `Give it to ${name} yourself, in a way that shows you it is them; nothing was e-mailed.`
              : `Give it to ${name} yourself; nothing was e-mailed.`}
          </Note>
        )}
        <p className="dim s13">
          {kind === 'reset'
            ? `It works once, for an hour. Whoever opens it chooses a new password, and every other session of ${name} ends.`
            : 'It works once, for seven days, and whoever opens it chooses the password.'}
        </p>
        <CopyBox text={url} what={kind === 'reset' ? 'the link' : 'the invitation link'} />
        <div className="row wrap">{children}</div>
      </div>
    </Section>
  );
};
