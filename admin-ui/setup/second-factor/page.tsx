import {useQuery} from '@tanstack/react-query';
import {Link, useRouter, useSearch} from '@tanstack/react-router';
import {useEffect, useRef, useState} from 'react';
import {Brand} from '../../shared/components/mark.tsx';
import {homeOf} from '../../shared/nav-items.ts';
import {ProveAgain} from '../../shared/prove-again.tsx';
import {sessionQuery, signOut} from '../../shared/session.tsx';
import {RecoveryCodes} from './recovery-codes.tsx';
import {SetUp} from './set-up.tsx';
import {FactorState} from './state.tsx';
import './second-factor.css';

/** One's own second factor: the first thing after the password where it is needed, and from the account menu later. */
const SecondFactorPage = () => {
  const {next} = useSearch({from: '/second-factor'});
  const router = useRouter();
  const heading = useRef<HTMLHeadingElement>(null);
  const {data: session} = useQuery(sessionQuery);
  const [settingUp, setSettingUp] = useState(false);
  const [codes, setCodes] = useState<{list: string[]; leaves: boolean} | null>(null);
  useEffect(() => {
    document.title = 'Second factor · Crowlit';
    heading.current?.focus({preventScroll: true});
  }, []);
  const factor = session?.secondFactor;
  if (!session?.user || !factor) return null;
  const home = homeOf(session.user.role);
  const leave = async () => {
    await signOut();
    await router.navigate({to: '/sign-in', search: {next: undefined}});
  };
  return (
    <div className="alone">
      <Brand />
      <main>
        <h1 ref={heading} tabIndex={-1}>
          Second factor
        </h1>
        <p className="t2">
          {factor.missing
            ? 'One step before you begin: beside the password, this console asks for a code from your phone.'
            : `Of ${session.user.email}.`}
        </p>
        {codes === null ? (
          factor.missing || settingUp ? (
            <SetUp
              onDone={fresh => {
                setSettingUp(false);
                setCodes({list: fresh, leaves: true});
              }}
              onCancel={factor.missing ? undefined : () => setSettingUp(false)}
            />
          ) : (
            <FactorState
              factor={factor}
              onSetUp={() => setSettingUp(true)}
              onCodes={list => setCodes({list, leaves: false})}
            />
          )
        ) : (
          <RecoveryCodes
            codes={codes.list}
            onDone={() => {
              setCodes(null);
              if (codes.leaves) router.history.push(next ?? home);
            }}
          />
        )}
        <p className="row wrap out">
          {factor.missing ? (
            <button type="button" className="btn" onClick={() => void leave()}>
              Sign out
            </button>
          ) : codes === null ? (
            <Link className="btn" to={home}>
              Go to the console
            </Link>
          ) : null}
        </p>
      </main>
      <ProveAgain />
    </div>
  );
};
export default SecondFactorPage;
