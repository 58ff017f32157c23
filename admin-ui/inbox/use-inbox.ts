/**
 * One inbox for the signed-in person, from the first look at it until they sign out: an agent who reads the leads is
 * still reachable, and still called.
 */
import {createContext, useContext} from 'react';
import {queryClient} from '../shared/query.ts';
import {router} from '../shared/router.tsx';
import {type Session, sessionQuery} from '../shared/session.tsx';
import {createInbox, type InboxControl} from './inbox.ts';
import type {Inbox} from './inbox-state.ts';
import {useStore} from './store.ts';

let current: {userId: string; inbox: InboxControl} | null = null;
const drop = (): void => {
  current?.inbox.stop();
  current?.inbox.kept.forget();
  current = null;
};

queryClient.getQueryCache().subscribe(event => {
  const {type, query} = event;
  if (!current || query.queryKey[0] !== sessionQuery.queryKey[0]) return;
  const user = (query.state.data as Session | undefined)?.user;
  if (type === 'removed' || (user && user.id !== current.userId)) drop();
  // Signed in again over an open page: the line goes on where it was cut.
  const {phase, retryAt} = current?.inbox.store.get().line ?? {};
  const isAnswer = event.type === 'updated' && event.action.type === 'success';
  if (isAnswer && user && phase === 'down' && retryAt === null) current?.inbox.reconnect();
});

export const inboxOf = (userId: string): InboxControl => {
  if (current && current.userId !== userId) drop();
  if (!current) {
    const inbox = createInbox({
      meId: userId,
      go: conversationId => void router.navigate({to: '/inbox/$conversationId', params: {conversationId}}),
    });
    inbox.start();
    current = {userId, inbox};
  }
  return current.inbox;
};

export const InboxContext = createContext<InboxControl | null>(null);
export const useInboxControl = (): InboxControl => {
  const inbox = useContext(InboxContext);
  if (!inbox) throw new Error('useInboxControl is for parts of the inbox');
  return inbox;
};
export const useInbox = <P>(pick: (inbox: Inbox) => P): P => useStore(useInboxControl().store, pick);
