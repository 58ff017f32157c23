import type {Logger} from '../../kit/logger.ts';
import type {ConsoleService} from './console.service.ts';
import type {Conversations} from './conversations.service.ts';
import type {Fanout} from './fanout.ts';
import type {ToAgent} from './protocol.ts';

const summaryDelay = 100;

/** Turns what happened into frames. Lists are refreshed a few times a second at most, however fast people type. */
export const broadcast = (deps: {
  conversations: Conversations;
  console: ConsoleService;
  fanout: Fanout;
  personFree: (siteId: string) => boolean;
  agentName: (agentId: string | null) => Promise<string | null>;
  offerReason: (why: string, conversationId: string) => Promise<string>;
  /** Somebody is shown conversations without having asked for them: a look all the same. */
  shown: (userId: string, count: number) => Promise<void>;
  log: Logger;
}) => {
  const {conversations, console, fanout} = deps;
  const {events, store, db} = conversations;
  const dirty = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const report = (error: unknown) => deps.log.warn({err: error}, 'a change could not be shown');

  /** On record before it is shown, also for whoever opens a console meanwhile. */
  const showAll = async (frames: ToAgent[]): Promise<void> => {
    const told = new Set<string>();
    for (let fresh = fanout.consoleUsers(); fresh.length > 0; ) {
      await Promise.all(fresh.map(userId => deps.shown(userId, frames.length)));
      for (const userId of fresh) told.add(userId);
      fresh = fanout.consoleUsers().filter(userId => !told.has(userId));
    }
    for (const frame of frames) fanout.toConsoles(frame);
  };

  const flush = async (): Promise<void> => {
    timer = undefined;
    const ids = [...dirty];
    dirty.clear();
    try {
      const summaries = await console.summariesOf(ids);
      if (summaries.length > 0)
        await showAll(summaries.map(conversation => ({type: 'conversation', conversation})));
    } catch (error) {
      report(error);
    }
  };

  const touch = (conversationId: string): void => {
    if (stopped || !fanout.hasConsoles()) return;
    dirty.add(conversationId);
    timer ??= setTimeout(() => void flush(), summaryDelay);
  };

  const tellState = async (conversationId: string): Promise<void> => {
    const row = await store.find(db, conversationId);
    if (!row) return;
    const name = await deps.agentName(row.agent_id);
    fanout.toVisitor(conversationId, {
      type: 'state',
      state: row.state,
      agent: name === null ? null : {name},
      personFree: deps.personFree(row.site_id),
    });
  };

  const stops = [
    events.on('message', ({conversationId, message, clientId, turnId}) => {
      const names = {...(turnId ? {turnId} : {}), ...(message.author.kind === 'ai' ? {} : {clientId})};
      // a client id is its sender's business: visitors see their own, agents theirs
      const own = (kind: string) => (message.author.kind === kind ? names : turnId ? {turnId} : {});
      fanout.typing(conversationId, message.author.kind === 'system' ? 'ai' : message.author.kind, false);
      fanout.message(conversationId, message, {visitor: own('visitor'), agent: own('agent')});
    }),
    events.on('state', ({conversationId, agentId}) => {
      tellState(conversationId).catch(report);
      if (agentId) {
        deps
          .agentName(agentId)
          .then(takenBy => fanout.toConsoles({type: 'offer_gone', conversationId, takenBy}))
          .catch(report);
      }
    }),
    events.on('waiting', ({conversationId, why, since}) => {
      Promise.all([console.summary(conversationId), deps.offerReason(why, conversationId)])
        .then(([{visitorName, company}, reason]) =>
          showAll([{type: 'offer', conversationId, why, reason, visitorName, company, since}]),
        )
        .catch(report);
    }),
    events.on('read', ({conversationId, by, seq}) => {
      if (by === 'agent') fanout.toVisitor(conversationId, {type: 'read', seq});
      fanout.toAgents(conversationId, {type: 'read', conversationId, by, seq});
      touch(conversationId);
    }),
    events.on('changed', ({conversationId}) => touch(conversationId)),
  ];

  return {
    touch,
    /** Visitors who are looking learn at once whether a person is free. */
    personFreeChanged: (): void => {
      if (stopped) return;
      for (const conversationId of fanout.visitors()) tellState(conversationId).catch(report);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
};
