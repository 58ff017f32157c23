import {Link} from '@tanstack/react-router';
import {useEffect, useRef} from 'react';
import {Brand} from '../shared/components/mark.tsx';
import {Glyph} from '../shared/components/state.tsx';

export const Done = () => {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = 'Ready · Set up Crowlit';
    heading.current?.focus();
  }, []);
  return (
    <div className="alone">
      <Brand below="Set-up" />
      <main>
        <h1 ref={heading} tabIndex={-1} className="ready">
          <Glyph tone="ok" />
          The appliance is set up
        </h1>
        <p className="t2">Your answers are stored, and the set-up code is used up. What comes next:</p>
        <ol className="bullets t2">
          <li>
            Sign in with your e-mail address and the password you chose, and set up your second factor: have a
            phone with an authenticator app beside you.
          </li>
          <li>Copy the line for your website from Websites, and paste it into your pages.</li>
          <li>Invite the people who will answer visitors, in People and roles.</li>
        </ol>
        <p className="after">
          <Link to="/sign-in" className="btn p">
            Sign in
          </Link>
        </p>
      </main>
    </div>
  );
};
