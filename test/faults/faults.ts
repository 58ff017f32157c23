import {setTimeout as pause} from 'node:timers/promises';
import {join} from 'node:path';
import {mkdirSync, readdirSync} from 'node:fs';
import {type DatabaseKind, type Scope, temporaryDirectory} from '../helpers/databases.ts';
import {connectReceiver, lowerTheBar} from '../helpers/leads.ts';
import {startAppliance} from '../helpers/start.ts';
import {type Answers, checkAgent, checkConversation, checkLeads, leadsOf} from './check.ts';
import {type Agent, type Client, createAgent, type Happened, openVisitor, type Visitor} from './clients.ts';
import {childrenOf, createTrigger, isAlive, killAt, killWhileStarting, type Moment, moments} from './kill.ts';
import {type FaultKind, faultKinds, type Report} from './ledger.ts';
import {calm, createRandom, hasty, lead, type Load, together} from './load.ts';

export type FaultOptions = {
  database: DatabaseKind;
  cycles: number;
  seed: number;
  /** The moments to go through, one a cycle, over and over. */
  moments?: readonly Moment[];
  /** How many acknowledgements each process lives to give at least, however slow the machine; the long form does not care. */
  wordsBetween?: number;
  progress?: (line: string) => void;
};

export type Figures = {
  database: DatabaseKind;
  seed: number;
  cycles: number;
  /** How often the process died at the moment that was meant. */
  kills: Record<Moment, number>;
  startMs: {median: number; slowest: number};
  conversations: number;
  acknowledged: number;
  answers: number;
  /** Conversations whose turn died with its process so often that a person was called instead. */
  gaveUp: number;
  leads: number;
  deliveries: number;
  resent: number;
  /** Messages that came before an earlier one of their conversation; a client draws them in order all the same. */
  early: number;
  leftFolders: number;
  faults: Record<FaultKind, number>;
  examples: string[];
  seconds: number;
};

/** Half the lease of a delivery on its way: what a dead process held is taken up at the next start. */
const settleSeconds = 60;
/** For what the killed process had started. */
const goneSeconds = 10;
const settled = async (what: Promise<unknown>): Promise<boolean> => {
  const late = new AbortController();
  const done = await Promise.race([
    what.then(() => true),
    pause(settleSeconds * 1000, false, {signal: late.signal}),
  ]);
  late.abort();
  return done;
};
const median = (numbers: number[]): number =>
  Math.round(numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0);

/** Kills the real command line over and over while people write, and counts what a person would miss. */
export const runFaults = async (scope: Scope, options: FaultOptions): Promise<Figures> => {
  const began = performance.now();
  const random = createRandom(options.seed);
  const faults = Object.fromEntries(faultKinds.map(kind => [kind, 0])) as Record<FaultKind, number>;
  const kills = Object.fromEntries(moments.map(moment => [moment, 0])) as Record<Moment, number>;
  const examples: string[] = [];
  const report: Report = (kind, what) => {
    faults[kind] += 1;
    if (examples.length < 20) examples.push(`${kind}: ${what}`);
  };

  const sockets = join(temporaryDirectory(scope), 's');
  mkdirSync(sockets);
  const appliance = await startAppliance(scope, {
    database: options.database,
    process: 'child',
    environment: {
      TMPDIR: sockets,
      CROWLIT_CHAT_MESSAGES_PER_TEN_SECONDS: '1000000',
      CROWLIT_CHAT_FRAMES_PER_TEN_SECONDS: '1000000',
    },
  });
  const receiver = await connectReceiver(scope, appliance);
  // what is counted here is deliveries, not judgement
  await lowerTheBar(appliance);
  const siteId = await appliance.siteId();
  const trigger = createTrigger();
  let heard = 0;
  let enough: {after: number; resolve: () => void} | undefined;
  const happened: Happened = what => {
    if (what === 'acknowledged') heard += 1;
    if (enough && heard >= enough.after) enough.resolve();
    trigger.happened(what);
  };
  const someWords = (): Promise<void> =>
    new Promise(resolve => {
      const after = heard + (options.wordsBetween ?? 0);
      if (after === heard) resolve();
      else enough = {after, resolve};
    });

  let stop = false;
  const load: Load = {random, stopping: () => stop};
  const visitors: {visitor: Visitor; answers: Answers}[] = [];
  const leads: Visitor[] = [];
  const work = new Set<Promise<void>>();
  const doing = (job: Promise<void>): void => {
    const tracked: Promise<void> = job.finally(() => work.delete(tracked));
    work.add(tracked);
  };
  let agent: Agent | undefined;
  const clients = (): Client[] => [...visitors.map(({visitor}) => visitor), ...(agent ? [agent] : [])];

  const open = async (kind: string, answers: Answers): Promise<Visitor> => {
    const name = `${kind}${visitors.length + 1}`;
    const visitor = await openVisitor({base: appliance.base, siteId, name, report, happened});
    visitors.push({visitor, answers});
    await visitor.connect(appliance.base);
    return visitor;
  };
  /** A visitor whose session could not be opened was promised nothing; whoever has written enough makes room. */
  const roles = new Map<
    string,
    {wanted: number; now: number; answers: Answers; run: (v: Visitor) => Promise<void>}
  >([
    ['calm', {wanted: 3, now: 0, answers: 'exact', run: visitor => calm(visitor, load)}],
    ['hasty', {wanted: 2, now: 0, answers: 'any', run: visitor => hasty(visitor, load)}],
  ]);
  const staff = async (): Promise<void> => {
    for (const [kind, role] of roles) {
      while (!load.stopping() && role.now < role.wanted) {
        role.now += 1;
        const visitor = await open(kind, role.answers).catch(() => undefined);
        if (visitor) doing(role.run(visitor).finally(() => (role.now -= 1)));
        else role.now -= 1;
      }
    }
    if (stop) return;
    const newcomer = await open('lead', 'exact').catch(() => undefined);
    if (!newcomer) return;
    leads.push(newcomer);
    doing(lead(newcomer));
  };

  const pairs = [await open('pair', 'none'), await open('pair', 'none')];
  const consoleAgent = await appliance.agent();
  await Promise.all(pairs.map(({conversationId}) => consoleAgent.accept(conversationId)));
  await consoleAgent.close();
  const conversationIds = pairs.map(({conversationId}) => conversationId);
  agent = createAgent({api: consoleAgent.api, conversationIds, report, happened});
  await agent.connect(appliance.base);
  for (const visitor of pairs) doing(together(agent, visitor.conversationId, visitor, load));

  const starts: number[] = [];
  const started = new Map<number, ReturnType<typeof childrenOf>[number]>();
  const start = async (): Promise<void> => {
    const at = performance.now();
    await appliance.start();
    starts.push(performance.now() - at);
    // not awaited: a kill may come while they are still saying hello
    void Promise.allSettled(clients().map(async client => client.connect(appliance.base)));
    doing(staff());
  };
  doing(staff());
  for (let cycle = 0; cycle < options.cycles; cycle++) {
    const wanted = options.moments ?? moments;
    const moment = wanted[cycle % wanted.length] as Moment;
    const {child} = appliance;
    if (!child?.pid) throw new Error('there is no process to kill');
    for (const one of childrenOf(child.pid)) started.set(one.pid, one);
    await someWords();
    const came = await killAt(moment === 'starting' ? 'at random' : moment, {
      child,
      trigger,
      receiver,
      random,
    });
    kills[came && moment !== 'starting' ? moment : 'at random'] += 1;
    if (moment === 'starting') {
      await killWhileStarting(appliance.environment, random);
      kills.starting += 1;
    }
    await start();
    if ((cycle + 1) % 10 === 0) options.progress?.(`${options.database}: ${cycle + 1} of ${options.cycles}`);
  }

  await someWords();
  stop = true;
  const idle = async (): Promise<void> => {
    while (work.size > 0) await Promise.all(work);
  };
  if (!(await settled(idle()))) report('unanswered', `${work.size} clients still wait for something`);
  const admin = await appliance.administrator();
  /** What a given-up turn has read goes to a person, not into a lead. */
  const promised = () => leads.filter(({ledger}) => !ledger.handedOver());
  const undelivered = async (): Promise<boolean> => {
    const all = await leadsOf(admin);
    const known = new Set(all.map(({conversationId}) => conversationId));
    const arrived = new Set(
      receiver.received.map(({event}) => event.type === 'lead.qualified' && event.data.id),
    );
    return all.some(({id}) => !arrived.has(id)) || promised().some(one => !known.has(one.conversationId));
  };
  const deadline = Date.now() + settleSeconds * 1000;
  while ((await undelivered()) && Date.now() < deadline) await pause(250);

  let [acknowledged, answers, gaveUp] = [0, 0, 0];
  for (const one of visitors) {
    const checked = await checkConversation(appliance.base, admin, one.visitor, one.answers, report);
    acknowledged += checked.acknowledged;
    answers += checked.answers;
    if (checked.gaveUp) gaveUp += 1;
  }
  acknowledged += (await checkAgent(appliance.base, agent, report)).acknowledged;
  const delivered = checkLeads(await leadsOf(admin), promised(), receiver, report);
  for (const client of clients()) client.drop();
  const running = new Set(childrenOf(appliance.child?.pid ?? 0).map(({pid}) => pid));
  // the broker may have been starting itself when its parent was killed
  const orphans = () => [...started.values()].filter(one => !running.has(one.pid) && isAlive(one));
  const gone = Date.now() + goneSeconds * 1000;
  while (orphans().length > 0 && Date.now() < gone) await pause(100);
  for (const {pid} of orphans()) report('left behind', `process ${pid} outlived the appliance`);

  return {
    database: options.database,
    seed: options.seed,
    cycles: options.cycles,
    kills,
    startMs: {median: median(starts), slowest: Math.round(Math.max(...starts))},
    conversations: visitors.length,
    acknowledged,
    answers,
    gaveUp,
    leads: delivered.leads,
    deliveries: delivered.delivered,
    resent: delivered.resent,
    early: clients()
      .flatMap(client => client.ledgers)
      .reduce((sum, ledger) => sum + ledger.early(), 0),
    leftFolders: readdirSync(sockets).length - 1,
    faults,
    examples,
    seconds: Math.round((performance.now() - began) / 1000),
  };
};
