/** The only place where rooms meet: plain calls, no container. Read it from top to bottom. */
import {readFile, statfs} from 'node:fs/promises';
import {hostname, totalmem} from 'node:os';
import {basename, join} from 'node:path';
import {connectorProviders} from './adapters/crm/index.ts';
import type {LanguageModel} from './adapters/llm/contract.ts';
import {
  type BindingStyle,
  createOpenAi,
  createOpenAiEmbedder,
  probeServer,
} from './adapters/llm/openai/index.ts';
import {createSmtp} from './adapters/mail/smtp/index.ts';
import type {Config} from './config.ts';
import {hostKey, masterKeyOpens} from './master-key.ts';
import {certificateFacts} from './tls.ts';
import {egressControls} from './egress/controls.ts';
import {
  bindEgress,
  canonicalHost,
  createEgress,
  type EgressPurpose,
  isLoopback,
  type OutboundProxy,
} from './egress/index.ts';
import {
  accountControls,
  accountRoutes,
  createAccounts,
  createAccountStore,
  createHostDoor,
} from './features/accounts/index.ts';
import {
  auditControls,
  auditRoutes,
  canonicalJson,
  createAudit,
  createCollector,
  createMailbox,
  elsewhereRoutes,
  verifySigned,
  witnessPlaces,
} from './features/audit/index.ts';
import * as conversing from './features/conversations/index.ts';
import {
  createConnectors,
  createCrmErasures,
  createDeliveries,
  createLeads,
  crmControls,
  crmRoutes,
  findLead,
  leadRetention,
} from './features/crm/index.ts';
import * as insights from './features/insights/index.ts';
import {createKeys, createKeysDoor, keyControls, keyRoutes} from './features/keys/index.ts';
import {createKnowledge} from './features/knowledge/index.ts';
import {createLicensing, licensingControls, type Blocker} from './features/licensing/index.ts';
import {createMailDoor, createMailServer, createOutbox, mailRoutes} from './features/mail/index.ts';
import {createModelDoor, createModels, modelRoutes} from './features/models/index.ts';
import {createDemo} from './features/operations/demo.ts';
import {examine} from './features/operations/doctor.ts';
import {operationsRoutes} from './features/operations/operations.routes.ts';
import {createSetup} from './features/operations/setup.service.ts';
import {createTrustedTime} from './features/operations/trusted-time.service.ts';
import * as privacy from './features/privacy/index.ts';
import {
  asksPrice,
  type ByHandStanding,
  contactOf,
  createQualification,
  defaultPlaybookId,
  detectLanguage,
  qualificationControls,
} from './features/qualification/index.ts';
import {createRouting, routingRoutes} from './features/routing/index.ts';
import {
  createSites,
  framePolicy,
  renderDemo,
  renderFrame,
  type WidgetManifest,
} from './features/sites/index.ts';
import {checkRole, createHttp, createIdentify, createOrigins} from './http/index.ts';
import {httpControls} from './http/controls.ts';
import {createHub} from './http/hub.ts';
import {createSchedule, daily, hourly} from './jobs/schedule.ts';
import {
  benchModel,
  bundledModelPath,
  type Candidate,
  createInference,
  createSwitchable,
  type InferenceState,
  judgeModel,
  readCatalogue,
} from './inference/index.ts';
import {addMilliseconds, type Clock} from './kit/clock.ts';
import {AppError} from './kit/errors.ts';
import {createHostCheck} from './kit/host-order.ts';
import {isId} from './kit/ids.ts';
import type {Logger} from './kit/logger.ts';
import type {Route} from './kit/route.ts';
import {closeAll} from './kit/close-all.ts';
import {readInProcess} from './reading/index.ts';
import {readingLimits} from './reading/contract.ts';
import {storageControls} from './storage/controls.ts';
import {
  accountPerson,
  openStorage,
  type DatabaseOrTransaction,
  type Purpose,
  purposes,
  type Transaction,
} from './storage/index.ts';
import {allTables} from './tables.ts';
import {texts as widgetTexts} from './widget/texts/texts.ts';
import {createReceiptVerifier, verifyLines} from '../packaging/verify-audit.mjs';
import {manifestText, writeArchive} from '../packaging/verify-evidence.mjs';

export type Outside = {
  master: Buffer;
  clock: Clock;
  log: Logger;
  version: string;
  tls: {certificate: string; key: string} | undefined;
  /** Starts loading by itself; the appliance serves meanwhile. */
  model: LanguageModel & {status: () => {state: InferenceState; problem?: {message: string}}};
  directories: {adminUi: string; widget: string};
  /** What other models run on; by default this machine. */
  models?: {
    open?: (path: string, expected: {id: string; sha256: string}) => Candidate;
    memory?: () => {free: number; total: number};
    probationMs?: number;
    /** How long a mirror may send nothing. */
    stallMs?: number;
    freeDisk?: () => Promise<number>;
    /** How long a server may be away before the bundled model takes over, and the pauses between asking it again. */
    awayMs?: number;
    seeking?: {firstMs: number; mostMs: number};
  };
  /** Bytes of passages' vectors held in memory. */
  vectorMemory?: number;
  /** How long a question may wait for its meaning. */
  meaningPatienceMs?: number;
  /** What forbids the deletion of everything. */
  blockers?: (db: DatabaseOrTransaction) => Promise<Blocker[]>;
  /** Holds the broker's socket. */
  socketDirectory?: string;
  /** PEM certificates of authorities the organisation runs, beside those the host trusts. */
  authorities?: string[];
  /** The organisation's own way out. */
  proxy?: OutboundProxy | null;
};

const nightly = 3;
/** An hour's crashes of a brought model, after which the bundled one answers: certain words may end it each time. */
const mostCrashes = 3;
const packaging = join(import.meta.dirname, '../packaging');
const verifierPath = join(packaging, 'verify-audit.mjs');
const modelState = {
  loading: 'starting',
  ready: 'running',
  restarting: 'starting',
  failed: 'stopped',
  closed: 'stopped',
} as const;
const modelWord = {starting: 'loading', running: 'ready', stopped: 'unavailable'} as const;

/** The one file that may be opened here: what else has the hash is refused before native code sees it. */
const only = (path: string, {id, sha256}: {id: string; sha256: string}) => ({
  id,
  name: id,
  file: basename(path),
  kind: 'instruct' as const,
  licence: '',
  size: null,
  sha256,
  ram: 1,
  languages: [],
  source: '',
});

export const createAppliance = async (config: Config, outside: Outside) => {
  const {clock, log} = outside;
  /** How long what served before stays loaded beside a model that was just activated. */
  const probationMs = outside.models?.probationMs ?? 60_000;
  const model = createSwitchable({first: outside.model, probationMs, log});
  /** A server keeps the file to itself. */
  const modelIsHere = () => model.info()?.sha256 !== null;
  const startedAt = clock.iso();
  const storage = await openStorage({
    directory: config.dataDirectory,
    database: config.database,
    keyStoreUrl: config.keyStoreUrl,
    master: outside.master,
    clock,
    tables: allTables,
    copyKeysDirectory: config.keys.copyKeysDirectory,
    onCopying: (done, total) =>
      log.warn({done, total}, 'the database file is copied under its new key; the start goes on after it'),
  });
  const purposesInUse = new Set<Purpose>();
  /** Whoever is handed one acts for its purpose: the record and the notice name these and no others. */
  const reader = (purpose: Purpose) => {
    purposesInUse.add(purpose);
    return storage.personal.reader(purpose);
  };
  const origins = createOrigins({
    publicUrl: config.publicUrl,
    tls: outside.tls !== undefined,
    names: [config.host, ...(outside.tls ? certificateFacts(outside.tls.certificate).names : [])],
  });
  let listening = '';
  const publicUrl = () => config.publicUrl ?? listening;

  // accounts, audit, sites
  const audit = createAudit({
    storage,
    clock,
    readers: {administration: reader('administration'), security: reader('security')},
    userNames: ids => accounts.names(ids),
    witnesses: witnessPlaces(config.audit),
    elsewhere: {
      wake: () =>
        Promise.all([collector.wake(), mailbox.mailFirst()]).then(
          () => undefined,
          (error: unknown) => log.error({err: error}, 'witnesses elsewhere were not told of a checkpoint'),
        ),
      states: async () =>
        (await Promise.all([collector.state(), mailbox.state()])).filter(one => one !== null),
    },
    verify: verifyLines,
  });
  const byUser = (actorId: string | null) =>
    ({kind: actorId === null ? 'system' : 'user', id: actorId}) as const;
  const administrative =
    (kind: string) =>
    (
      trx: Transaction,
      entry: {
        actorId: string | null;
        action: string;
        subjectId?: string | null;
        detail: Record<string, unknown>;
      },
    ) =>
      audit.append(trx, {
        actor: byUser(entry.actorId),
        action: entry.action,
        subject: entry.subjectId ? {kind, id: entry.subjectId} : undefined,
        detail: entry.detail,
      });
  /** Such an act changes what really runs: what is said about privacy follows in the same transaction. */
  const administrativeAndSaid =
    (kind: string): ReturnType<typeof administrative> =>
    async (trx, entry) => {
      await administrative(kind)(trx, entry);
      await versions.keep(trx);
    };
  const lookedFor = (purpose: string) => (actorId: string, visitorId: string, conversationId: string) =>
    audit.looked(actorId, visitorId, purpose, {kind: 'conversation', id: conversationId});
  const looked = lookedFor('service');
  const accounts = createAccounts({
    storage,
    clock,
    readers: {
      administration: reader('administration'),
      security: reader('security'),
      service: reader('service'),
      crm: reader('crm_sync'),
    },
    audit: administrative('user'),
    mail: {
      send: async (trx, mail) => (await outbox.send(trx, mail)) !== null,
      withdraw: (trx, personId) => outbox.withdraw(trx, personId),
      wake: () => outbox.wake(),
    },
    linkFor: token => `${publicUrl()}/invitation/${token}`,
    ended: (userId, which) => agentSocket.disconnect(userId, which),
  });
  const accountStore = createAccountStore(storage.personal, reader('service'), clock);
  const account = () => accountStore.find(storage.db);
  const isSetUp = async () => (await account()) !== undefined;
  let region = (await account())?.region ?? null;
  const sites = createSites({
    storage,
    clock,
    publicUrl,
    playbookId: defaultPlaybookId,
    isPlaybook: id => qualification.playbooks.isPublished(id),
    audit: administrativeAndSaid('site'),
  });
  const agentName = async (id: string | null) =>
    id === null ? null : ((await accounts.names([id])).get(id) ?? null);

  // conversations and who can be reached
  const routing = createRouting({
    storage,
    clock,
    agents: async () =>
      (await accounts.list()).filter(
        ({role, disabledAt, invited}) =>
          (role === 'agent' || role === 'administrator') && disabledAt === null && !invited,
      ),
    load: db => conversations.store.openByAgent(db),
    onChange: () => {
      live.personFreeChanged();
      routing
        .list()
        .then(agents => fanout.toConsoles({type: 'presence', agents}))
        .catch((error: unknown) => log.warn({err: error}, 'presence could not be shown'));
    },
  });
  const fanout = conversing.createFanout({
    typingSeconds: conversing.limits.typingSeconds,
    onPresence: conversationId => live.touch(conversationId),
  });
  const conversations = conversing.createConversations({
    storage,
    reader: reader('service'),
    clock,
    mostMessages: config.chat.messagesPerConversation,
    onError: (error, event) => log.error({err: error, event}, 'a listener failed'),
    onVisitorMessages: (trx, messages) => qualification.turns.queue(trx, messages),
    greeting: async (siteId, locale) =>
      qualification.greeting((await sites.get(siteId)).playbookId, locale, (await account())?.company ?? ''),
    away: ({id, siteId, locale}) =>
      routing.personFree() ? Promise.resolve(null) : qualification.away(id, siteId, locale),
    usageAtOpening: (trx, opening) => usage.opening(trx, opening),
    consents: (trx, who, told) => consents.record(trx, who, told),
    withoutAi: locale => `${widgetTexts[locale].privacyObject}\n[${widgetTexts[locale].noAi}]`,
    agentNames: ids => accounts.names(ids),
    audit: (trx, {actor, action, conversationId, visitorId}) =>
      audit.append(trx, {
        actor,
        action,
        subject: {kind: 'conversation', id: conversationId},
        personId: visitorId,
        purpose: 'service',
      }),
  });

  // what people were shown and answered, and what is measured of them
  const consents = privacy.createConsents({
    storage,
    clock,
    reader: reader('privacy_rights'),
    notice: db => versions.inForce('notice', db),
    siteNames: sites.names,
  });
  const measures = ['address', 'device', 'pages', 'time', 'crm'] as const;
  const usage = insights.createUsage({
    storage,
    reader: reader('usage'),
    clock,
    measures,
    company: async db => (await accountStore.find(db))?.company ?? '',
    consents: consents.record,
    visits: conversations.visits,
    audit: (trx, {action, visitorId, conversationId}) =>
      audit.append(trx, {
        actor: {kind: 'visitor', id: visitorId},
        action,
        subject: {kind: 'conversation', id: conversationId},
        personId: visitorId,
        purpose: 'privacy_rights',
      }),
  });
  const usageSettings = insights.createUsageSettings({
    storage,
    clock,
    usage,
    measures,
    sites: sites.list,
    visits: conversations.visits,
    audit: administrativeAndSaid('site'),
  });
  const meters = insights.createMeters({
    storage,
    usage,
    clock,
    log,
    origins: async siteId => [...((await sites.find(siteId))?.origins ?? []), new URL(publicUrl()).origin],
  });

  // the way out, and what uses it
  const residency = privacy.createResidency({
    storage,
    clock,
    log,
    region: () => region,
    canonicalHost,
    administrators: accounts.administrators,
    notify: (trx, notice) => tellResidency(trx, notice),
    audit: administrative('destination'),
    auditAndSay: (trx, entry) => administrativeAndSaid('destination')(trx, entry),
    reload: () => egress.reload(),
    onOpened: ({id, purpose}) => {
      if (purpose === 'crm_sync') deliveries.wake();
      else if (purpose === 'mail')
        outbox.hurry().catch((error: unknown) => log.warn({err: error}, 'waiting letters were not woken'));
      else if (purpose === 'audit_witness')
        collector.wake().catch((error: unknown) => log.warn({err: error}, 'the collector was not woken'));
      else void models.opened(id);
    },
    canary: () => egress.canary(),
  });
  const {destinations} = residency;
  const tellResidency = async (trx: Transaction, notice: privacy.ResidencyNotice): Promise<void> => {
    const organisation = await accountStore.find(trx);
    const {language = 'en', privacyContact} = organisation ?? {};
    const contact = privacyContact && {id: accountPerson, ...privacyContact, language};
    const people = await accounts.mailboxes(trx, await accounts.administrators(trx));
    const letter = {kind: notice.kind, about: notice.about, expiresAt: notice.until};
    for (const one of contact ? [...people, contact] : people)
      await outbox.send(trx, {
        ...letter,
        personId: one.id,
        to: {name: one.name, address: one.email},
        language: one.language,
        link: `${publicUrl()}/admin/residency`,
        key: `${notice.key}:${one.id}`,
      });
    outbox.wake();
  };
  const egress = createEgress({
    region: () => region,
    destinations: residency.forBroker,
    onAttempt: attempt =>
      residency.egressLog.record({
        ...attempt,
        destinationId: attempt.host === '' ? null : attempt.destination,
      }),
    proxy: outside.proxy ?? null,
    log,
    clock,
    ...(outside.socketDirectory === undefined ? {} : {socketDirectory: outside.socketDirectory}),
    ...(outside.authorities === undefined ? {} : {authorities: outside.authorities}),
  });
  const mailServer = createMailServer({
    storage,
    clock,
    reader: reader('service'),
    destinations: {
      ...destinations,
      declare: (trx, input) => destinations.declare(trx, {...input, purpose: 'mail' satisfies EgressPurpose}),
      changed: () => egress.reload(),
    },
    audit: administrativeAndSaid('mail'),
  });
  const outbox = createOutbox({
    storage,
    clock,
    log,
    reader: reader('service'),
    server: mailServer,
    mailer: ({destinationId, host, port, tls, authority, user, password}, signal) =>
      createSmtp(
        {login: user === null || password === null ? null : {user, password}},
        {
          open: () =>
            egress.tunnel({
              destination: destinationId,
              purpose: 'mail',
              expect: {host, port, plain: false},
              tls,
              authority,
              timeouts: {connect: 30_000, total: 120_000},
              signal,
            }),
        },
      ),
    company: async () => (await account())?.company ?? '',
    userNames: ids => accounts.names(ids),
  });
  // witnesses of the audit log outside of this machine
  const collector = createCollector({
    storage,
    clock,
    log,
    checkpoints: audit.checkpoints,
    size: async db => (await audit.leaves.peaks(db)).size,
    host: hostname(),
    isLoopback: host => isLoopback(canonicalHost(host) ?? ''),
    destinations: {
      ...destinations,
      declare: (trx, input) =>
        destinations.declare(trx, {...input, purpose: 'audit_witness' satisfies EgressPurpose}),
      changed: () => egress.reload(),
    },
    open: ({destinationId, host, port, tls, authority}, signal) =>
      egress.tunnel({
        destination: destinationId,
        purpose: 'audit_witness',
        expect: {host, port, plain: tls === 'none'},
        tls: tls === 'none' ? 'none' : 'implicit',
        authority,
        untilHungUp: true,
        timeouts: {connect: 15_000, total: 60_000},
        signal,
      }),
    audit: administrativeAndSaid('audit'),
  });
  const mailbox = createMailbox({
    storage,
    clock,
    reader: reader('security'),
    checkpoints: audit.checkpoints,
    mail: {
      send: async (trx, {address, size, note, key, expiresAt}) =>
        outbox.send(trx, {
          personId: accountPerson,
          to: {name: '', address},
          language: (await accountStore.find(trx))?.language ?? 'en',
          kind: 'audit_checkpoint',
          link: null,
          about: String(size),
          note: {name: `audit-${size}.checkpoint`, text: note},
          expiresAt,
          key,
        }),
      look: id => outbox.look(id),
      wake: () => outbox.wake(),
    },
    audit: administrative('audit'),
  });
  const leads = createLeads({
    storage,
    clock,
    reader: reader('crm_sync'),
    siteNames: sites.names,
    wake: () => deliveries.wake(),
  });
  const connectors = createConnectors({
    storage,
    clock,
    reader: reader('crm_sync'),
    providers: connectorProviders,
    destinations: {
      ...destinations,
      declare: (trx, input) =>
        destinations.declare(trx, {...input, purpose: 'crm_sync' satisfies EgressPurpose}),
      changed: () => egress.reload(),
    },
    outside: destinationId => ({send: bindEgress(egress, destinationId, 'crm_sync'), clock}),
    audit: administrativeAndSaid('connector'),
  });
  const knowledge = createKnowledge({
    storage,
    clock,
    log,
    dataDirectory: config.dataDirectory,
    readers: {qualification: reader('qualification'), administration: reader('administration')},
    read: (document, signal) => readInProcess(document, {signal}),
    limit: readingLimits.document,
    detectLanguage,
    language: async () => (await account())?.language ?? 'en',
    asksPrice,
    embedder: () => models.embedder(),
    vectorMemory: outside.vectorMemory,
    patienceMs: outside.meaningPatienceMs,
    userNames: ids => accounts.names(ids),
    audit: administrative('document'),
  });
  const qualification = createQualification({
    storage,
    clock,
    log,
    model,
    readers: {
      qualification: reader('qualification'),
      service: reader('service'),
      crm: reader('crm_sync'),
      rights: reader('privacy_rights'),
    },
    country: async (locale, visitorCountry) => privacy.countryFor(region, locale, visitorCountry),
    conversation: conversations.headOf,
    transcript: (id, since) => conversations.transcript(id, reader('qualification'), {since}),
    change: work =>
      conversations.change((trx, put, after) =>
        work(trx, {
          answer: async (turnId, conversationId, {text, quickReplies, source, citation, card}) => {
            const author = {kind: 'ai', id: null} as const;
            await put({
              conversationId,
              clientId: `turn_${turnId}`,
              author,
              text,
              extras: {quickReplies, source, card},
              citation,
            });
          },
          callPerson: (conversationId, why) => conversations.callPerson(trx, after, conversationId, why),
          stillAnswers: async conversationId =>
            (await conversations.store.lock(trx, conversationId)).state === 'ai',
          aiObjected: async conversationId =>
            (await conversations.store.lock(trx, conversationId)).ai_objected_at !== null,
        }),
      ),
    playbookOf: async siteId => (await sites.get(siteId)).playbookId,
    company: async () => (await account())?.company ?? '',
    userNames: ids => accounts.names(ids),
    looked: lookedFor('qualification'),
    personFree: () => routing.personFree(),
    knowledge: {
      hasAny: knowledge.hasAny,
      find: async question => {
        const {words, passage} = await knowledge.find(question);
        if (!passage) return {words, citation: null};
        const {document, heading: section, page, text: quote, language} = passage;
        return {words, citation: {document, section, page, quote, language}};
      },
    },
    onQualified: (trx, {conversation, points, bar, facts}) =>
      leads.qualified(trx, {
        conversationId: conversation.id,
        visitorId: conversation.visitorId,
        siteId: conversation.siteId,
        points,
        bar,
        contact: contactOf(facts),
      }),
    afterQualified: () => deliveries.wake(),
    objectToAi: (conversationId, clientId) =>
      conversations.objectToAi(conversationId, clientId, 'chat_message'),
    stream: (conversationId, piece) => {
      fanout.toVisitor(conversationId, {type: 'stream', ...piece});
      fanout.toAgents(conversationId, {type: 'stream', conversationId, ...piece});
    },
    thinking: (conversationId, on) => fanout.typing(conversationId, 'ai', on),
    onFacts: (conversationId, facts, score) => {
      fanout.toAgents(conversationId, {type: 'facts', conversationId, facts, score});
      live.touch(conversationId);
    },
    audit: administrative('playbook'),
  });
  const deliveries = createDeliveries({
    storage,
    clock,
    log,
    connectors,
    audit: administrative('delivery'),
    called: async (trx, leadId) => {
      const visitorId = await leads.visitorOf(trx, leadId);
      if (visitorId !== undefined) await usage.count(trx, visitorId, 'crm');
    },
    payload: async leadId => {
      const lead = await leads.payload(leadId);
      if (!lead) return undefined;
      const {facts, score} = await qualification.forDelivery(lead.conversationId);
      return {
        id: lead.id,
        site: lead.siteName,
        score: lead.points,
        bar: lead.bar,
        // a rule that gave nothing is no reason
        reasons: score.reasons.filter(({points}) => points > 0).map(({label, why}) => `${label}: ${why}`),
        facts: facts.map(({field, value, display, evidence}) => ({
          field,
          value,
          display,
          quote: evidence.quote,
          at: evidence.at,
        })),
        contact: lead.contact,
        transcript: await conversations.transcript(lead.conversationId, reader('crm_sync'), {
          agentNames: ids => accounts.names(ids, 'crm'),
        }),
        locale: (await conversations.localeOf(lead.conversationId)) ?? (await account())?.language ?? 'en',
        conversationUrl: `${publicUrl()}/inbox/${lead.conversationId}`,
      };
    },
  });

  const console = conversing.createConsole({
    conversations,
    fanout,
    standings: qualification.standings,
    qualification: qualification.view,
    siteNames: sites.names,
    agentNames: ids => accounts.names(ids),
    isHeld: visitorId => retention.holds.isHeld(visitorId),
    looked,
  });
  const live = conversing.broadcast({
    conversations,
    console,
    fanout,
    shown: (userId, count) => audit.listed(userId, 'conversations.shown_live', 'service', {}, count),
    personFree: () => routing.personFree(),
    agentName,
    offerReason: async (why, conversationId) =>
      [routing.reason(why), await qualification.teamsFor(conversationId)].filter(Boolean).join(' '),
    log,
  });

  // which model answers
  const threads = config.model.threads === undefined ? {} : {threads: config.model.threads};
  const memoryHere = () => {
    const constrained = process.constrainedMemory();
    const total = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
    return {free: Math.min(process.availableMemory(), total), total};
  };
  const stallMs = outside.models?.stallMs ?? 60_000;
  const models = createModels({
    storage,
    clock,
    log,
    dataDirectory: config.dataDirectory,
    host: hostname(),
    version: outside.version,
    catalogue: readCatalogue,
    bundledPath: bundledModelPath,
    judge: judgeModel,
    open:
      outside.models?.open ??
      ((modelPath, expected) =>
        createInference({modelPath, log, ...threads, mostCrashes, catalogue: [only(modelPath, expected)]})),
    openEmbedder: (modelPath, expected) =>
      createInference({modelPath, log, ...threads, use: 'finds', catalogue: [only(modelPath, expected)]}),
    embedderChanged: knowledge.embedderChanged,
    inService: model,
    seeking: outside.models?.seeking ?? {firstMs: 15_000, mostMs: 300_000},
    bench: benchModel,
    measure: async (measured, onProgress, signal) =>
      (await import('../models/evaluation/summary.ts')).summarise(measured, onProgress, signal),
    memory: outside.models?.memory ?? memoryHere,
    freeDisk:
      outside.models?.freeDisk ??
      (async folder => {
        const {bavail, bsize} = await statfs(folder);
        return bavail * bsize;
      }),
    mirror: {
      destinations: {
        ...destinations,
        declare: (trx, input) =>
          destinations.declare(trx, {...input, purpose: 'model_mirror' satisfies EgressPurpose}),
        list: async () => (await destinations.list()).filter(({purpose}) => purpose === 'model_mirror'),
        changed: () => egress.reload(),
      },
      fetch: (destinationId, url, {limit, ...rest}) =>
        bindEgress(
          egress,
          destinationId,
          'model_mirror',
        )({
          method: 'GET',
          url,
          answer: {limit, whenOver: 'refuse'},
          timeouts: {headers: stallMs, idle: stallMs, total: 12 * 3_600_000},
          ...rest,
        }),
    },
    server: {
      reader: reader('qualification'),
      destinations: {
        ...destinations,
        declare: (trx, input) =>
          destinations.declare(trx, {...input, purpose: 'model_server' satisfies EgressPurpose}),
        changed: () => egress.reload(),
      },
      probe: ({destinationId, ...address}, signal) =>
        probeServer({...address, send: bindEgress(egress, destinationId, 'model_server')}, signal),
      open: ({destinationId, grammar, ...address}) =>
        createOpenAi({
          ...address,
          bindingStyle: grammar as BindingStyle,
          ...(outside.models?.awayMs === undefined ? {} : {awayMs: outside.models.awayMs}),
          send: bindEgress(egress, destinationId, 'model_server'),
        }),
      openEmbedder: ({destinationId, ...address}) =>
        createOpenAiEmbedder({...address, send: bindEgress(egress, destinationId, 'model_server')}),
    },
    administrator: async email =>
      (await accounts.list()).find(
        user =>
          user.role === 'administrator' &&
          user.disabledAt === null &&
          user.email.toLowerCase() === email.trim().toLowerCase(),
      )?.id,
    userNames: ids => accounts.names(ids),
    audit: (trx, entry) => administrativeAndSaid('model')(trx, entry),
  });

  // privacy: what is kept how long
  const time = createTrustedTime({
    storage,
    clock,
    audit: administrative('clock'),
    onConfirmed: () => retention.clockConfirmed(),
  });
  const retention = privacy.createRetention({
    storage,
    clock,
    log,
    reader: reader('privacy_rights'),
    audit: administrativeAndSaid('retention'),
    sections: [
      conversing.conversationRetention,
      leadRetention,
      conversing.usageRetention,
      ...insights.usageRetention.map(section => ({...section, names: conversing.visitorNames})),
      outbox.retention,
    ],
    findPerson: async (db, id) => (await conversing.findPerson(db, id)) ?? findLead(db, id),
    siteNames: sites.names,
    userNames: ids => accounts.names(ids),
    trustedNow: () => time.now('retention'),
    erasureGoesOn: () => subjects.erasures.releaseHeld(),
    sign: (receipt, trx) => audit.signed('retention-receipt', receipt, trx),
  });
  // privacy: what is said of what really runs
  const running = async (db: DatabaseOrTransaction): Promise<privacy.Running | undefined> => {
    const organisation = await accountStore.find(db);
    if (!organisation) return undefined;
    const uses = new Map([...(await connectors.uses(db)), ...(await models.destinationUses(db))]);
    return {
      company: organisation.company,
      contact: organisation.privacyContact,
      region: organisation.region,
      recipients: privacy.recipientsOf(await destinations.list(db), uses, organisation.region),
      retention: await retention.said(db),
      purposes: purposes.filter(purpose => purposesInUse.has(purpose)),
      model: models.inUse(),
      database: storage.dialect,
      usage: await usageSettings.inForce(db),
      tables: allTables,
    };
  };
  const versions = privacy.createVersions({storage, clock, reader: reader('privacy_rights'), running});
  // privacy: what people ask about their data
  const crmErasures = createCrmErasures({
    storage,
    clock,
    log,
    reader: reader('privacy_rights'),
    connectors,
    onDone: erasureId => subjects.erasures.confirmed([erasureId]),
  });
  const leadFor = (trx: Transaction, {facts, ...standing}: ByHandStanding) =>
    leads.qualified(trx, {...standing, contact: contactOf(facts)});
  const subjects = privacy.createRequests({
    storage,
    clock,
    log,
    tables: allTables,
    reader: reader('privacy_rights'),
    sealing: {sign: audit.signed, verify: verifySigned, canonical: canonicalJson},
    ledgerFile: join(config.dataDirectory, 'erasure-ledger.jsonl'),
    running,
    notice: async language => (await versions.get('notice', language)).document,
    keeps: (db, personIds) => retention.holds.keeps(db, personIds),
    restrict: (trx, personId, kept) => retention.holds.restrict(trx, personId, kept),
    lastKeyCopyEnds: storage.copies.lastKeyCopyEnds,
    mail: {
      isSet: async db => (await mailServer.find(db)) !== undefined,
      sendCode: (trx, {requestId, address, language, code, expiresAt}) =>
        outbox.send(trx, {
          personId: requestId,
          to: {name: '', address},
          language,
          kind: 'privacy_code',
          link: null,
          code,
          expiresAt,
          key: `privacy_code ${requestId}`,
        }),
      withdraw: (trx, personId) => outbox.withdraw(trx, personId),
      wake: () => outbox.wake(),
    },
    persons: {
      byEmail: async (db, email) => [
        ...(await qualification.personsByEmail(db, email)),
        ...(await leads.personsByEmail(db, email)),
      ],
      ofConversation: async (db, id) => (await conversations.store.find(db, id))?.visitor_id,
      conversationsOf: (db, personId) => conversations.store.ofVisitor(db, personId),
    },
    crm: crmErasures,
    forgotten: ids => ids.forEach(id => model.forget?.(id)),
    objections: {
      ai: async (conversationId, requestId) => {
        await conversations.objectToAi(conversationId, `request_${requestId}`, 'privacy_request');
      },
      usage: async (trx, personId) => {
        const [conversationId] = await conversations.store.ofVisitor(trx, personId);
        const found = conversationId && (await conversations.store.find(trx, conversationId));
        if (!found) return;
        const {visitor_id: visitorId, site_id: siteId, locale} = found;
        await usage.objected(
          trx,
          {visitorId, conversationId, siteId},
          await sites.languageFor(siteId, locale, trx),
        );
      },
      all: async personId => {
        await storage.transaction(trx => leads.withhold(trx, personId));
        await conversations.endFor(personId);
      },
    },
    facts: {
      of: ids => qualification.byHand.facts(storage.db, ids),
      prepare: async conversationId => {
        const prepared = await qualification.byHand.prepare(conversationId);
        return {
          correct: async (trx, correction) => {
            const {field, ...standing} = await qualification.byHand.correct(trx, correction, prepared);
            if (standing.qualified || (await leads.has(trx, conversationId))) await leadFor(trx, standing);
            return {field};
          },
          decide: async (trx, decision) => {
            const standing = await qualification.byHand.decide(trx, {conversationId, ...decision}, prepared);
            if (standing.qualified) await leadFor(trx, standing);
          },
        };
      },
      wake: () => deliveries.wake(),
    },
    userNames: ids => accounts.names([...ids]),
    looked: (actorId, personId, requestId) =>
      audit.looked(actorId, personId, 'privacy_rights', {kind: 'privacy_request', id: requestId}),
    audit: (trx, {actor, action, requestId, personId, detail}) =>
      audit.append(trx, {
        actor,
        action,
        subject: {kind: 'privacy_request', id: requestId},
        personId,
        purpose: 'privacy_rights',
        detail,
      }),
  });
  const keys = createKeys({
    storage,
    clock,
    log,
    everyDays: config.keys.rotateEveryDays,
    userNames: ids => accounts.names(ids),
    audit: administrative('keys'),
  });
  const contactChanged = administrativeAndSaid('privacy_contact');
  const setup = createSetup({
    storage,
    regions: privacy.regions,
    checkRegion: privacy.getRegion,
    isDone: isSetUp,
    account: (trx, answers) => accountStore.insert(trx, answers),
    hashPassword: accounts.hashPassword,
    administrator: (trx, user) => accounts.insert(trx, {...user, role: 'administrator'}),
    retention: retention.policy.write,
    site: (trx, {name, origins: allowed, language}) =>
      sites.insert(trx, {
        name,
        origins: allowed,
        languages: ['en', 'de', 'fr', 'es'],
        defaultLanguage: language,
      }),
    playbooks: qualification.playbooks.install,
    audit: administrativeAndSaid('setup'),
    onDone: answers => {
      region = answers.region;
    },
  });
  const demo = createDemo({
    storage,
    company: async () => (await account())?.company ?? null,
    setUp: setup.run,
    hasDemo: async () => (await sites.demo()) !== undefined,
    hashPassword: accounts.hashPassword,
    agent: (trx, user) => accounts.insert(trx, {...user, role: 'agent'}),
    site: async (trx, site) =>
      sites.insert(trx, {...site, playbookId: await qualification.playbooks.installDemo(trx)}, {demo: true}),
  });

  // the contract's end
  const hostCheck = createHostCheck(hostKey(outside.master), clock);
  const licensing = createLicensing({
    storage,
    clock,
    log,
    trustedNow: () => time.now('cancellation'),
    hostCheck,
    master: outside.master,
    database: config.database,
    dataDirectory: config.dataDirectory,
    host: hostname(),
    version: outside.version,
    tables: allTables,
    readers: {
      privacy_rights: reader('privacy_rights'),
      administration: reader('administration'),
      service: reader('service'),
      qualification: reader('qualification'),
      crm_sync: reader('crm_sync'),
    },
    account,
    recipients: async () => {
      const [organisation, people] = await Promise.all([account(), accounts.list()]);
      const language = organisation?.language ?? 'en';
      const contact = organisation?.privacyContact;
      return [
        ...people
          .filter(({role, disabledAt, invited}) => role === 'administrator' && !disabledAt && !invited)
          .map(({id, name, email, languages}) => ({
            personId: id,
            name,
            email,
            language: languages[0] ?? language,
          })),
        ...(contact ? [{personId: accountPerson, name: contact.name, email: contact.email, language}] : []),
      ];
    },
    mail: {
      isSet: async () => (await mailServer.find()) !== undefined,
      send: async (trx, {to, until, timeZone, ...letter}) =>
        (await outbox.send(trx, {
          ...letter,
          personId: to.personId,
          to: {name: to.name, address: to.email},
          language: to.language,
          link: null,
          says: {until, timeZone},
        })) !== null,
      withdraw: trx => outbox.withdrawKind(trx, 'cancellation'),
      wake: () => outbox.wake(),
    },
    blockers: outside.blockers ?? retention.holds.blockers,
    userNames: ids => accounts.names(ids),
    audit: administrative('cancellation'),
    auditLines: audit.exportAll,
    auditLog: {lines: () => audit.exportAll(null), lockedKey: audit.checkpoints.lockedKey},
    // no backup of the key store is made yet
    lastKeyCopyEnds: () => Promise.resolve(null),
  });

  const refuseStopped = async (): Promise<void> => {
    if (await licensing.widgetStopped())
      throw new AppError('unavailable', 'licensing.widget_stopped', 'The chat of this website is closed.');
  };

  // the way in
  const identify = createIdentify({
    secure: outside.tls !== undefined || (config.publicUrl?.startsWith('https:') ?? false),
    user: accounts.session,
    visitor: conversations.identify,
  });
  const visitorSocket = conversing.createVisitorSocket({
    conversations,
    fanout,
    personFree: () => routing.personFree(),
    agentName,
    usage: {signalled: usage.signalled, standing: usage.standing, meter: meters.meter},
    checkOrigin: async (request, siteId) => {
      await refuseStopped();
      const {origin} = request.headers;
      if (origins.isOwn(request.headers, origin)) return;
      const site = await sites.find(siteId);
      if (site && origin !== undefined && site.origins.includes(origin)) return;
      throw new AppError('forbidden', 'sites.origin_refused', 'This website is not on the list.');
    },
  });
  const agentSocket = conversing.createAgentSocket({
    conversations,
    console,
    fanout,
    clock,
    identify: async (request, roles) => {
      if (!origins.isOwn(request.headers, request.headers.origin)) {
        throw new AppError('forbidden', 'sites.origin_refused', 'The console is only open to its own pages.');
      }
      return checkRole(await identify.user(request.headers), roles).caller;
    },
    stillSignedIn: async caller => (await accounts.roleInSession(caller.sessionId)) === caller.role,
    connected: routing.connected,
    qualification: conversationId => qualification.view(storage.db, conversationId),
    looked,
  });
  const sockets = [visitorSocket, agentSocket.route];
  const hub = createHub({
    routes: sockets,
    limits: {
      ...conversing.limits,
      messagesPerWindow: config.chat.messagesPerTenSeconds,
      framesPerWindow: config.chat.framesPerTenSeconds,
      connections: config.chat.connections,
      connectionsPerAddress: config.chat.connectionsPerAddress,
      connectionsPerSession: config.chat.connectionsPerSession,
    },
    closeCodes: conversing.closeCodes,
    log,
  });

  const manifest = async (): Promise<WidgetManifest> =>
    JSON.parse(await readFile(join(outside.directories.widget, 'manifest.json'), 'utf8')) as WidgetManifest;
  const pages = {
    frame: async ({siteId, nonce}: {siteId: string; nonce: string}) => {
      if (!isId(siteId)) return undefined;
      const [site, organisation] = await Promise.all([sites.find(siteId), account()]);
      if (!site || !organisation || (await licensing.widgetStopped())) return undefined;
      const settings = {
        siteId,
        company: organisation.company,
        siteName: site.name,
        languages: site.languages,
        defaultLanguage: site.defaultLanguage,
        region: privacy.isoRegion(organisation.region),
        privacyContact: organisation.privacyContact.email,
        personFree: routing.personFree(),
      };
      return {
        html: renderFrame({manifest: await manifest(), settings, nonce}),
        policy: framePolicy({origins: site.origins, nonce}),
      };
    },
    demo: async () => {
      const [site, organisation] = await Promise.all([sites.demo(), account()]);
      if (!site || !organisation) return undefined;
      const template = await readFile(join(outside.directories.widget, 'demo.html'), 'utf8');
      return renderDemo({
        template,
        manifest: await manifest(),
        siteId: site.id,
        company: organisation.company,
      });
    },
    notice: privacy.noticePage({versions, siteName: async siteId => (await sites.find(siteId))?.name}),
  };

  const nextNightly = (minutes = 0): string => {
    const next = clock.now();
    next.setUTCHours(nightly, minutes, 0, 0);
    if (next <= clock.now()) next.setUTCDate(next.getUTCDate() + 1);
    return next.toISOString();
  };

  // that the promises are kept, and the proof of it
  const reads = reader('privacy_rights');
  const evidence = privacy.createEvidence({
    storage,
    clock,
    log,
    controls: [
      ...storageControls({storage, tables: allTables, directory: config.dataDirectory}),
      ...accountControls({storage, clock}),
      ...conversing.conversationControls({
        storage,
        reader: reads,
        logged: audit.about,
        wholeAddresses: async () => (await usageSettings.inForce(storage.db)).fullAddress !== null,
      }),
      ...insights.insightControls({
        storage,
        visit: conversations.visits.of,
        told: ids => consents.told('usage_monitoring', ids),
      }),
      ...qualificationControls({
        storage,
        reader: reads,
        words: async id =>
          new Map((await conversations.transcript(id, reads)).map(one => [one.seq, one.text])),
      }),
      ...crmControls({storage, reader: reads, byHand: ids => qualification.byHand.touched(storage.db, ids)}),
      ...egressControls({egress, refused: () => residency.egressLog.refused('audit_witness')}),
      ...httpControls({
        routes: () => http.routes,
        listening: () => http.listening(),
        siteId: async () => (await sites.list())[0]?.id,
        // counts what would go, and removes nothing
        auditorsActs: ['post /api/admin/retention/dry-run'],
      }),
      ...auditControls({storage, clock, audit, verify: verifyLines}),
      ...keyControls({storage, clock, everyDays: config.keys.rotateEveryDays}),
      ...privacy.requestControls({
        storage,
        clock,
        ledger: subjects.ledger,
        reader: reads,
        givenOut: subjects.givenOut,
        keeps: retention.holds.keeps,
        sentSince: deliveries.sentSince,
        routes: () => http.routes,
        overruled: async personIds => {
          const own = await Promise.all(personIds.map(id => conversations.store.ofVisitor(storage.db, id)));
          return qualification.byHand.overruled(storage.db, own.flat());
        },
      }),
      ...licensingControls({storage, trustedNow: () => time.now('cancellation')}),
      ...privacy.privacyControls({
        storage,
        clock,
        region: () => region,
        destinations,
        retention,
        versions,
        verifyReceipt: async lines => {
          const verifier = createReceiptVerifier();
          for await (const line of lines) verifier.line(line);
          return verifier.end();
        },
      }),
    ],
    audit: administrative('evidence'),
    mail: {
      recipients: async () => {
        const contact = (await account())?.privacyContact;
        const administrators = (await accounts.list()).filter(
          user => user.role === 'administrator' && user.disabledAt === null && !user.invited,
        );
        return [
          ...administrators.map(({id, name, email}) => ({personId: id, name, address: email})),
          ...(contact ? [{personId: accountPerson, name: contact.name, address: contact.email}] : []),
        ];
      },
      send: async (trx, {personId, ...to}, change, key) =>
        outbox.send(trx, {
          personId,
          to,
          language: (await accountStore.find(trx))?.language ?? 'en',
          kind: `promise_${change}`,
          link: `${publicUrl()}/admin/evidence`,
          expiresAt: addMilliseconds(clock.iso(), 7 * 86_400_000),
          key,
        }),
      wake: () => outbox.wake(),
    },
    nextRunAt: () => nextNightly(45),
  });
  const evidencePack = privacy.createPack({
    storage,
    clock,
    evidence,
    versions,
    appliance: () => ({version: outside.version, host: hostname()}),
    audit: administrative('evidence'),
    signed: (trx, kind, document) => audit.signed(kind, document, trx),
    checkpoint: () => audit.checkpoints.make(),
    publicKeys: async () => (await audit.checkpoints.keys()).map(({publicKey}) => publicKey),
    programs: () =>
      Promise.all(
        ['verify-audit.mjs', 'verify-evidence.mjs'].map(async name => ({
          name,
          content: await readFile(join(packaging, name)),
        })),
      ),
    archive: {write: writeArchive, manifest: manifestText},
  });

  const schedule = createSchedule({
    storage,
    clock,
    log,
    jobs: [
      {
        name: 'retention',
        when: `0 ${nightly} * * *`,
        slot: daily,
        run: async () => {
          if (await isSetUp()) await retention.run(daily(clock.now()));
        },
      },
      {name: 'privacy-requests', when: '15 * * * *', slot: hourly, run: subjects.tidy},
      {name: 'mail', when: `0 ${nightly} * * *`, slot: daily, run: outbox.expire},
      {
        name: 'egress-canary',
        when: `15 ${nightly} * * *`,
        slot: daily,
        run: async () => {
          if (await isSetUp()) await residency.canary.run(null);
        },
      },
      {name: 'access', when: '0 * * * *', slot: hourly, run: accounts.endOverdueAccess},
      {name: 'keys', when: '15 * * * *', slot: daily, run: keys.daily},
      {name: 'audit-mailbox', when: '20 4 * * *', slot: daily, run: mailbox.mailNewest},
      {name: 'audit-checkpoint', when: '0 * * * *', slot: hourly, run: audit.checkpoint},
      {
        name: 'audit-check',
        when: `30 ${nightly} * * *`,
        slot: daily,
        run: async () => {
          if (await isSetUp()) await audit.check(null);
        },
      },
      {
        name: 'evidence',
        when: `45 ${nightly} * * *`,
        slot: daily,
        run: async () => {
          if (await isSetUp()) await evidence.nightly();
        },
      },
    ],
  });

  const routes: Route[] = [
    ...setup.routes,
    ...accountRoutes({
      accounts,
      setupNeeded: async () => !(await isSetUp()),
      appliance: async () => {
        const organisation = await account();
        const place = organisation && privacy.getRegion(organisation.region);
        return {
          version: outside.version,
          host: hostname(),
          company: organisation?.company ?? null,
          region: place ? {code: place.code, label: place.label} : null,
          model: {
            id: model.info()?.id ?? 'none',
            state: modelWord[modelState[model.status().state]],
            here: modelIsHere(),
          },
          startedAt,
        };
      },
      consoleUrl: publicUrl,
      listed: (actorId, count) => audit.listed(actorId, 'users.listed', 'administration', {}, count),
      checkHost: createHostDoor(hostCheck),
    }),
    ...sites.routes,
    ...conversing.conversationRoutes({
      conversations,
      console,
      languageFor: async (...asked: Parameters<typeof sites.languageFor>) => {
        await refuseStopped();
        return sites.languageFor(...asked);
      },
      listed: (actorId, query, count) =>
        audit.listed(actorId, 'conversations.listed', 'service', {...query}, count),
    }),
    ...routingRoutes(routing),
    ...qualification.routes,
    ...knowledge.routes,
    ...crmRoutes({
      leads,
      connectors,
      deliveries,
      qualification: conversationId => qualification.view(storage.db, conversationId),
      isHeld: retention.holds.isHeld,
      looked,
      listed: (actorId, query, count) => audit.listed(actorId, 'leads.listed', 'service', {...query}, count),
      exported: (actorId, count) =>
        storage.transaction(trx =>
          audit.append(trx, {
            actor: byUser(actorId),
            action: 'leads.exported',
            purpose: 'service',
            detail: {count},
          }),
        ),
    }),
    ...privacy.residencyRoutes({
      residency,
      clock,
      region: async () => region ?? 'eu',
      proxy: outside.proxy ? {host: outside.proxy.host, port: outside.proxy.port} : null,
      brokerState: () => egress.status().state,
      administrators: () => accounts.administrators(storage.db),
      userNames: ids => accounts.names(ids),
    }),
    ...privacy.retentionRoutes({
      storage,
      retention,
      trustedNow: () => time.now('retention'),
      sites: sites.list,
      nextRunAt: nextNightly,
    }),
    ...mailRoutes({
      storage,
      clock,
      server: mailServer,
      outbox,
      linksBegin: publicUrl,
      user: accounts.find,
      userNames: ids => accounts.names(ids),
      audit: administrative('mail'),
      checkHost: createMailDoor(hostCheck),
    }),
    ...insights.usageRoutes({usage, settings: usageSettings, userNames: ids => accounts.names(ids)}),
    ...privacy.consentRoutes({
      consents,
      clock,
      listed: (actorId, query, count) =>
        audit.listed(actorId, 'consents.listed', 'privacy_rights', {...query}, count),
      exported: (actorId, count) =>
        storage.transaction(trx =>
          audit.append(trx, {
            actor: byUser(actorId),
            action: 'consents.exported',
            purpose: 'privacy_rights',
            detail: {count},
          }),
        ),
    }),
    ...privacy.documentRoutes({
      versions,
      destinations: {list: () => destinations.list(), lastUse: residency.egressLog.lastUse},
      tables: allTables,
      userNames: ids => accounts.names(ids),
      setContact: (contact, actorId) =>
        storage.transaction(async trx => {
          await accountStore.setPrivacyContact(trx, contact);
          await contactChanged(trx, {actorId, action: 'privacy.contact_changed', detail: {}});
        }),
    }),
    ...privacy.requestRoutes(subjects),
    ...privacy.visitorRequestRoutes(subjects),
    ...licensing.routes,
    ...privacy.evidenceRoutes({evidence, pack: evidencePack, checkHost: hostCheck}),
    ...keyRoutes({keys, checkHost: createKeysDoor(hostCheck)}),
    ...modelRoutes({models, checkHost: createModelDoor(hostCheck)}),
    ...auditRoutes({audit, clock, verifier: () => readFile(verifierPath, 'utf8')}),
    ...elsewhereRoutes({
      audit,
      collector,
      mailbox,
      hasMail: async () => (await mailServer.find()) !== undefined,
      userNames: ids => accounts.names(ids),
      checkHost: hostCheck,
    }),
    ...operationsRoutes({
      clock,
      time,
      dataDirectory: config.dataDirectory,
      findings: async () => [
        ...(await examine({
          clock,
          clockDoubt: async () => (await time.now('retention')).doubt,
          config,
          masterKeyOpens: () => masterKeyOpens(config),
          certificate: outside.tls?.certificate,
          nodeVersion: process.version,
          model: () => {
            const {state, problem} = model.status();
            return {
              state: modelWord[modelState[state]],
              id: model.info()?.id ?? null,
              problem: problem?.message ?? null,
              notice: models.problem(),
              here: modelIsHere(),
            };
          },
          broker: () => ({state: egress.status().state, problem: egress.status().lastError}),
          mail: outbox.health,
          audit: async () => ({
            refused: audit.refused(),
            lastCheck: await audit.lastCheck(),
            witnesses: await audit.witnesses.states(),
          }),
          evidence: evidence.health,
          residency: async () => {
            if (region === null) return undefined;
            const chosen = region;
            return {
              region: privacy.getRegion(chosen).label,
              canary: await residency.canary.last(),
              places: (await residency.places.list()).map(one => ({
                place: one.place,
                label: privacy.getRegion(one.region).label,
                inside: privacy.isInside(one.region, chosen),
              })),
            };
          },
          door: async () => 'this_appliance',
          keys: keys.view,
        })),
        await subjects.finding(),
      ],
      model: () => ({
        id: model.info()?.id ?? 'none',
        state: modelState[model.status().state],
        here: modelIsHere(),
      }),
      broker: egress.status,
      deliveries: deliveries.counts,
      conversationsSince: since => conversations.store.countsSince(storage.db, since),
      leadsSince: since => leads.countSince(storage.db, since),
      leftSince: residency.egressLog.leftSince,
      connections: () => hub.connections(),
    }),
  ];
  const http = createHttp({
    routes,
    identify,
    origins,
    pages,
    upgrades: hub.upgrades,
    directories: outside.directories,
    listen: {host: config.host, port: config.port, tls: outside.tls},
    behindProxy: config.behindProxy,
    requestsPerMinute: config.requestsPerMinute,
    connections: config.chat.connections,
    version: outside.version,
    log,
  });

  return {
    /** Opens the door first; workers and the clock follow. `setupUrl` is set while the appliance has to be set up. */
    start: async (): Promise<{url: string; setupUrl: string | undefined}> => {
      // what a restored copy brought back goes before anybody is served
      await subjects.start();
      const {host, port} = await http.listen();
      // an address that means every one of this machine's is none that a browser can open
      const name = host === '0.0.0.0' || host === '::' ? hostname() : host;
      listening = `${outside.tls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
      if (await isSetUp()) await versions.catchUp();
      await residency.start();
      await knowledge.start();
      await qualification.turns.start();
      // a large one takes its time: the bundled model answers meanwhile
      void models
        .start()
        .catch((error: unknown) => log.error({err: error}, 'the chosen model could not be looked for'));
      await qualification.indexAddresses();
      await leads.indexAddresses();
      await deliveries.start();
      await crmErasures.start();
      await outbox.start();
      await collector.start();
      await retention.start();
      await licensing.start();
      keys.start();
      await schedule.start();
      return {
        url: publicUrl(),
        setupUrl: (await isSetUp()) ? undefined : `${publicUrl()}/setup#code=${setup.code}`,
      };
    },
    isSetUp,
    /** Everything is to be destroyed now: close, and carry the order out. */
    ended: licensing.ended,
    cancellationState: licensing.hostState,
    cancellation: licensing,
    resetFromHost: accounts.issueResetFromHost,
    setUp: setup.run,
    demo,
    storage,
    keys,
    models,
    routes: http.routes,
    sockets,
    retention,
    time,
    subjects,
    evidence,
    evidencePack,
    residency,
    egress,
    sites,
    /** Stops taking work, finishes what is under way, and lets go of everything. */
    close: (): Promise<void> =>
      closeAll([
        schedule.stop,
        licensing.stop,
        residency.stop,
        live.stop,
        hub.close,
        http.close,
        meters.stop,
        keys.stop,
        qualification.turns.stop,
        knowledge.stop,
        subjects.stop,
        crmErasures.stop,
        deliveries.stop,
        outbox.stop,
        collector.stop,
        retention.stop,
        models.close,
        egress.close,
        model.close,
        storage.close,
      ]),
  };
};
export type Appliance = Awaited<ReturnType<typeof createAppliance>>;
