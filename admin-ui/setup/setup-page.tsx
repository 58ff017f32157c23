import {useQuery} from '@tanstack/react-query';
import {Link} from '@tanstack/react-router';
import {request} from '../shared/api.ts';
import {LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Brand} from '../shared/components/mark.tsx';
import {messageOf} from '../shared/field-errors.ts';
import type {SetupState} from './answers.ts';
import {Wizard} from './wizard.tsx';
import './setup.css';

/** Runs once in an appliance's life. Whoever holds the code that it printed may answer. */
const SetupPage = () => {
  const {data, error, refetch} = useQuery({
    queryKey: ['/api/setup'],
    queryFn: () => request<SetupState>('GET', '/api/setup'),
    refetchOnWindowFocus: false,
  });
  if (data?.needed) return <Wizard state={data} />;
  return (
    <div className="alone">
      <Brand />
      <main>
        {error ? (
          <LoadFailed what="The set-up" error={new Error(messageOf(error))} onRetry={() => void refetch()} />
        ) : data ? (
          <>
            <h1>This appliance is set up</h1>
            <p className="t2">Set-up runs once. What it asked for can be changed in the console.</p>
            <p className="after">
              <Link to="/sign-in" className="btn p">
                Sign in
              </Link>
            </p>
          </>
        ) : (
          <Loading what="the set-up" />
        )}
      </main>
    </div>
  );
};
export default SetupPage;
