import {useQuery} from '@tanstack/react-query';
import {useRouter, useSearch} from '@tanstack/react-router';
import {useEffect} from 'react';
import {Brand} from '../shared/components/mark.tsx';
import {SignInForm} from '../shared/sign-in-form.tsx';
import {homeOf} from '../shared/nav-items.ts';
import {sessionQuery} from '../shared/session.tsx';

const SignInPage = () => {
  const {next} = useSearch({from: '/sign-in'});
  const {data: session} = useQuery(sessionQuery);
  const router = useRouter();
  const appliance = session?.appliance;
  useEffect(() => {
    document.title = 'Sign in · Crowlit';
  }, []);
  return (
    <div className="alone">
      <Brand />
      <main>
        <h1>Sign in</h1>
        <p className="t2">
          {appliance?.company ? `To the sales console of ${appliance.company}.` : 'To the sales console.'}
        </p>
        <div className="panel pad box">
          <SignInForm
            onDone={({user, secondFactor}) => {
              const start =
                user?.role === 'administrator' ? '/admin/overview' : homeOf(user?.role ?? 'agent');
              if (secondFactor?.missing)
                void router.navigate({to: '/second-factor', search: {next: next ?? start}});
              else router.history.push(next ?? start);
            }}
          />
        </div>
        <p className="dim s13">
          No password yet? Open the invitation link you were given. Forgotten? Ask an administrator.
        </p>
      </main>
      <footer>{appliance?.region ? <span className="mono">{appliance.region.label}</span> : null}</footer>
    </div>
  );
};
export default SignInPage;
