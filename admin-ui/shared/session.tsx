import {useQuery} from '@tanstack/react-query';
import {createContext, type ReactNode, useContext, useEffect, useState} from 'react';
import type {Session, User} from '../../appliance/features/accounts/accounts.schema.ts';
import {useNavigate} from '@tanstack/react-router';
import {onFactorMissing, onSessionLost, request, setCsrfToken} from './api.ts';
import {queryClient} from './query.ts';

export type {Session, User};

export const sessionQuery = {
  queryKey: ['session'],
  queryFn: async () => {
    const session = await request<Session>('GET', '/api/session');
    setCsrfToken(session.csrfToken);
    return session;
  },
  staleTime: 60_000,
};

/** Puts a session in force that an endpoint just answered with (sign-in, accepted invitation). */
export const adoptSession = (session: Session) => {
  setCsrfToken(session.csrfToken);
  queryClient.setQueryData(sessionQuery.queryKey, session);
};

export const signOut = async () => {
  await request('DELETE', '/api/session');
  setCsrfToken(null);
  queryClient.clear();
};

type SessionValue = {session: Session; user: User; lost: boolean; found: () => void};
const SessionContext = createContext<SessionValue | null>(null);

/** Inside the console there is always a signed-in person; `lost` is true once the appliance says otherwise. */
export const SessionProvider = ({children}: {children: ReactNode}) => {
  const {data: session} = useQuery(sessionQuery);
  const [lost, setLost] = useState(false);
  const [lastUser, setLastUser] = useState<User | null>(null);
  const navigate = useNavigate();
  useEffect(() => onSessionLost(() => setLost(true)), []);
  useEffect(
    () =>
      onFactorMissing(() => {
        queryClient.removeQueries({queryKey: sessionQuery.queryKey});
        void navigate({to: '/second-factor', search: {next: undefined}});
      }),
    [navigate],
  );
  useEffect(() => {
    if (session?.user) setLastUser(session.user);
  }, [session?.user]);
  const user = session?.user ?? lastUser;
  if (!session || !user) return null;
  return (
    <SessionContext value={{session, user, lost: lost || session.user === null, found: () => setLost(false)}}>
      {children}
    </SessionContext>
  );
};

export const useSession = (): SessionValue => {
  const value = useContext(SessionContext);
  if (!value) throw new Error('useSession is for pages inside the console');
  return value;
};
