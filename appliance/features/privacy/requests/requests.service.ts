import {readFile, rename, writeFile} from 'node:fs/promises';
import {addMilliseconds} from '../../../kit/clock.ts';
import {AppError} from '../../../kit/errors.ts';
import {newId} from '../../../kit/ids.ts';
import type {Transaction} from '../../../storage/index.ts';
import {type SignedCertificate, certificateDocument} from './certificate.ts';
import {renderPdf} from '../documents/pdf.ts';
import {formatDay} from '../documents/document.ts';
import {createErasures} from './erasures.ts';
import {type SubjectExport, renderExport} from './export.ts';
import {createLedger} from './ledger.ts';
import {createPersonsData} from './persons-data.ts';
import type {RequestDeps} from './requests.deps.ts';
import type {ExportFormat, ObjectionTo, RequestDetail, SubjectRequest} from './requests.schema.ts';
import {createRequestStore, pending, type RequestRow} from './requests.store.ts';
import {addMonths} from './deadline.ts';
import {type Asked, createVerification, emptyRequest, receiptHash, type Visitor} from './verification.ts';

const day = 24 * 60 * 60_000;
/** What was asked and answered stays readable for this long after the request is closed. */
const readableFor = 90 * day;
/** A visitor downloads a copy within this time of proving who they are. */
const downloadFor = day;

const isPending = (state: RequestRow['state']): boolean => (pending as readonly string[]).includes(state);

export const createRequests = (deps: RequestDeps) => {
  const {storage, clock} = deps;
  const store = createRequestStore(storage, deps.reader);
  const data = createPersonsData({tables: deps.tables, reader: deps.reader});
  const ledger = createLedger({storage, clock, sealing: deps.sealing});
  /** Beside the data, not in it: an older copy of the data does not bring an older ledger with it. */
  const saveLedger = async (): Promise<void> => {
    const next = `${deps.ledgerFile}.next-${newId()}`;
    await writeFile(next, await ledger.export(), {mode: 0o600, flush: true});
    await rename(next, deps.ledgerFile);
  };
  /** With its key goes what a request says of the one who made it: at once after an erasure, else after a while. */
  const emptyClosed = async (): Promise<void> => {
    const ids = await store.toEmpty(addMilliseconds(clock.iso(), -readableFor));
    await storage.keys.destroy(ids);
    await storage.transaction(trx => store.empty(trx, ids));
  };
  const erasures = createErasures({...deps, store, data, ledger, saveLedger, closed: emptyClosed});
  const verification = createVerification({...deps, store});

  const personsFor = async (address: string | null, conversationId: string | null): Promise<string[]> => {
    const found = new Set(address === null ? [] : await deps.persons.byEmail(storage.db, address));
    const own =
      conversationId === null ? undefined : await deps.persons.ofConversation(storage.db, conversationId);
    if (own !== undefined) found.add(own);
    return [...found].toSorted();
  };

  const summary = (row: RequestRow, persons: number): SubjectRequest => ({
    id: row.id,
    kind: row.kind,
    objection: row.objection,
    state: row.state,
    origin: row.origin,
    proof: row.proof,
    language: row.language,
    createdAt: row.created_at,
    dueAt: row.due_at,
    overdue: isPending(row.state) && row.due_at < clock.iso(),
    extended: row.extended_at !== null,
    closedAt: row.closed_at,
    outcome: row.outcome,
    persons,
    hasCertificate: row.certificate !== null,
  });

  const detail = async (id: string): Promise<RequestDetail> => {
    const row = await store.get(storage.db, id);
    const [persons, rows] = await Promise.all([store.persons(storage.db, id), erasures.of(storage.db, id)]);
    const crm = await deps.crm.progress(
      storage.db,
      rows.map(one => one.id),
    );
    const names = await deps.userNames([row.opened_by, row.closed_by].filter(one => one !== null));
    const conversations = await Promise.all(
      persons.map(async visitorId =>
        (await deps.persons.conversationsOf(storage.db, visitorId)).map(one => ({id: one, visitorId})),
      ),
    );
    return {
      ...summary(row, Math.max(persons.length, rows.length)),
      address: row.address,
      words: row.words,
      extension: row.extension,
      answer: row.answer,
      openedBy: row.opened_by && (names.get(row.opened_by) ?? 'a former user'),
      closedBy: row.closed_by && (names.get(row.closed_by) ?? 'a former user'),
      conversations: conversations.flat(),
      erasures: rows.map(one => ({
        id: one.id,
        state: one.state,
        pseudonym: one.pseudonym,
        steps: erasures.stepsOf(one),
        crm: crm.get(one.id) ?? [],
        kept:
          one.kept === null ? null : {why: one.kept, reason: one.kept_reason ?? '', until: one.kept_until},
        erasedAt: one.erased_at,
      })),
    };
  };

  const close = async (
    trx: Transaction,
    id: string,
    outcome: string,
    by: {actorId: string | null; answer?: string; state?: 'done' | 'refused'},
  ): Promise<void> => {
    await store.update(trx, id, {
      state: by.state ?? 'done',
      outcome,
      closed_at: clock.iso(),
      closed_by: by.actorId,
      ...(by.answer === undefined ? {} : {answer: by.answer}),
    });
    await deps.audit(trx, {
      actor: by.actorId === null ? {kind: 'system', id: null} : {kind: 'user', id: by.actorId},
      action: by.state === 'refused' ? 'privacy.request_refused' : 'privacy.request_closed',
      requestId: id,
      detail: {outcome},
    });
  };

  const objectTo = async (id: string, to: ObjectionTo, personIds: readonly string[]): Promise<void> => {
    for (const personId of personIds) {
      if (to === 'all') await deps.objections.all(personId, id);
      if (to === 'usage' || to === 'all')
        await storage.transaction(trx => deps.objections.usage(trx, personId));
      if (to === 'ai')
        for (const conversationId of await deps.persons.conversationsOf(storage.db, personId))
          await deps.objections.ai(conversationId, id);
    }
  };

  const finishObjection = async (row: RequestRow, actorId: string | null): Promise<void> => {
    if (row.objection === null) return;
    await objectTo(row.id, row.objection, await store.persons(storage.db, row.id));
    await storage.transaction(async trx => {
      const {state} = await store.lock(trx, row.id);
      if (state === 'running') await close(trx, row.id, 'objected', {actorId});
    });
  };

  /** What the appliance does by itself once it is proved who asks: nobody has to decide anything about it. */
  const carryOut = async (row: RequestRow, actorId: string | null): Promise<void> => {
    const {id, kind} = row;
    await storage.transaction(async trx => {
      await locked(trx, id, ['open']);
      const personIds = await store.persons(trx, id);
      if (actorId !== null)
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.request_executed',
          requestId: id,
          detail: {kind},
        });
      if (kind === 'objection') await store.update(trx, id, {state: 'running'});
      else if (kind === 'erasure' && personIds.length > 0) await erasures.begin(trx, id, personIds);
      else if (kind === 'erasure') await close(trx, id, 'nothing_kept', {actorId});
      else if (kind === 'access' || kind === 'portability') await close(trx, id, 'copy_given', {actorId});
    });
    if (kind === 'objection') await finishObjection(row, actorId);
    erasures.wake();
  };

  const locked = async (trx: Transaction, id: string, states: readonly string[]): Promise<void> => {
    const {state} = await store.lock(trx, id);
    if (!states.includes(state))
      throw new AppError(
        'conflict',
        'privacy.request_moved_on',
        'This request has moved on meanwhile. Look at it again.',
      );
  };

  const exportOf = async (row: RequestRow, format: ExportFormat) => {
    const running = await deps.running(storage.db);
    const kind = row.kind === 'portability' ? 'portability' : 'access';
    const personIds = await store.persons(storage.db, row.id);
    const visits: SubjectExport['visits'] = [];
    for (const personId of personIds)
      visits.push({
        id: personId,
        tables: await data.read(storage.db, personId, {provided: kind === 'portability'}),
      });
    const content = await renderExport(
      {
        version: 1,
        kind,
        at: clock.iso(),
        company: running?.company ?? '',
        notice: kind === 'access' ? await deps.notice(row.language) : null,
        visits,
      },
      format,
      row.language,
    );
    return {...content, name: `${kind}-${row.id.slice(-8)}.${format}`, personIds};
  };

  const asVisitor = (row: RequestRow, receipt: string) => ({
    requestId: row.id,
    kind: row.kind,
    state: row.state,
    dueAt: row.due_at,
    receipt,
  });

  const answerVisitor = async (id: string, receipt: string): Promise<ReturnType<typeof asVisitor>> => {
    await carryOut(await store.get(storage.db, id), null);
    return asVisitor(await store.get(storage.db, id), receipt);
  };
  const openedBy = (visitor: Visitor, row: {id: string; kind: string}, proof: 'session' | 'mail') => ({
    actor: {kind: 'visitor' as const, id: visitor.visitorId},
    action: 'privacy.request_opened',
    requestId: row.id,
    personId: visitor.visitorId,
    detail: {kind: row.kind, proof},
  });

  return {
    erasures,
    ledger,

    /** Before anybody is served: what a restored copy brought back goes again, then erasures go on where they were. */
    start: async (): Promise<void> => {
      const text = await readFile(deps.ledgerFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      const head = await ledger.head();
      const there = ledger.parse(text);
      if (there.length > head.number) {
        const back = await replay(text);
        deps.log.warn(
          {entries: there.length - head.number, back},
          'the data is older than its erasure ledger; whoever was erased since is erased again',
        );
      } else if (there.length < head.number) await saveLedger();
      for (const row of await store.halfObjected()) await finishObjection(row, null);
      await erasures.start();
    },
    stop: erasures.stop,

    list: async (query: {
      state?: 'open' | 'closed' | undefined;
      cursor?: string | undefined;
      limit: number;
    }) => {
      const {rows, nextCursor} = await store.page(query);
      const [counts, persons] = await Promise.all([
        store.counts(clock.iso()),
        store.countPersons(rows.map(({id}) => id)),
      ]);
      return {requests: rows.map(row => summary(row, persons.get(row.id) ?? 0)), nextCursor, counts};
    },
    counts: () => store.counts(clock.iso()),
    /** For the first page: whether somebody waits longer than the law allows. */
    finding: async (): Promise<{
      check: string;
      severity: 'ok' | 'attention' | 'danger';
      state: string;
      meaning: string;
      mend: string | null;
    }> => {
      const {open, overdue} = await store.counts(clock.iso());
      const many = (count: number) => `${count} ${count === 1 ? 'request is' : 'requests are'}`;
      return {
        check: 'Privacy requests',
        severity: overdue > 0 ? 'danger' : open > 0 ? 'attention' : 'ok',
        state: overdue > 0 ? `${many(overdue)} overdue.` : open > 0 ? `${many(open)} open.` : 'None is open.',
        meaning: 'People who ask about their data are answered within one month (Art. 12(3)).',
        mend: open > 0 ? 'Open Privacy, Requests, and answer the oldest one first.' : null,
      };
    },
    detail,
    looked: async (actorId: string, id: string): Promise<void> => {
      for (const personId of await store.persons(storage.db, id)) await deps.looked(actorId, personId, id);
    },

    /** Entered by an administrator, to whom somebody wrote or spoke. */
    open: async (
      asked: Asked & {address?: string | undefined; conversationId?: string | undefined},
      actorId: string,
    ): Promise<RequestDetail> => {
      const id = newId();
      const now = clock.iso();
      const address = asked.address ?? null;
      const personIds = await personsFor(address, asked.conversationId ?? null);
      await storage.keys.create(id);
      await storage.transaction(async trx => {
        await store.insert(trx, {
          ...emptyRequest(id, asked, now),
          state: 'open',
          origin: 'console',
          proof: 'console',
          conversation_id: asked.conversationId ?? null,
          opened_by: actorId,
          address,
          address_index: address === null ? null : verification.indexOf(address),
        });
        await store.addPersons(trx, id, personIds);
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.request_opened',
          requestId: id,
          detail: {kind: asked.kind, persons: personIds.length},
        });
      });
      return detail(id);
    },

    extend: async (id: string, reason: string, actorId: string): Promise<RequestDetail> => {
      const row = await store.get(storage.db, id);
      await storage.transaction(async trx => {
        await locked(trx, id, pending);
        if (row.extended_at !== null)
          throw new AppError('conflict', 'privacy.extended_already', 'It was extended before; once is all.');
        await store.update(trx, id, {
          due_at: addMonths(row.created_at, 3),
          extended_at: clock.iso(),
          extension: reason,
        });
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.request_extended',
          requestId: id,
          detail: {},
        });
      });
      return detail(id);
    },

    refuse: async (id: string, reason: string, actorId: string): Promise<RequestDetail> => {
      await storage.transaction(async trx => {
        await locked(trx, id, ['open']);
        await close(trx, id, 'refused', {actorId, answer: reason, state: 'refused'});
      });
      return detail(id);
    },

    /** Access, portability and rectification are done by people: they say how they answered. */
    close: async (id: string, answer: string, actorId: string): Promise<RequestDetail> => {
      const row = await store.get(storage.db, id);
      if (row.kind === 'erasure' || row.kind === 'objection' || row.kind === 'review')
        throw new AppError(
          'conflict',
          'privacy.not_closed_by_hand',
          'Carry it out, decide it or refuse it: words alone do not end this request.',
        );
      await storage.transaction(async trx => {
        await locked(trx, id, ['open']);
        await close(trx, id, 'answered', {actorId, answer});
      });
      return detail(id);
    },

    execute: async (id: string, actorId: string): Promise<RequestDetail> => {
      const row = await store.get(storage.db, id);
      if (row.kind !== 'erasure' && row.kind !== 'objection')
        throw new AppError(
          'conflict',
          'privacy.not_executable',
          'Only an erasure or an objection is carried out by the appliance.',
        );
      await carryOut(row, actorId);
      return detail(id);
    },

    facts: async (id: string) => {
      await store.get(storage.db, id);
      const personIds = await store.persons(storage.db, id);
      const conversations = await Promise.all(
        personIds.map(one => deps.persons.conversationsOf(storage.db, one)),
      );
      return (await deps.facts.of(conversations.flat())).map(fact => ({
        id: fact.id,
        conversationId: fact.conversationId,
        field: fact.field,
        display: fact.display,
        quote: fact.evidence.quote,
      }));
    },

    /** What was noted stays, out of sight, as evidence of the change; the CRM gets what is right. */
    correct: async (
      id: string,
      correction: {factId: string; value: string},
      actorId: string,
    ): Promise<void> => {
      const row = await store.get(storage.db, id);
      if (row.kind !== 'rectification')
        throw new AppError('conflict', 'privacy.not_rectification', 'This request asks for something else.');
      const personIds = await store.persons(storage.db, id);
      const known = await Promise.all(
        personIds.map(async personId => ({
          personId,
          facts: await deps.facts.of(await deps.persons.conversationsOf(storage.db, personId)),
        })),
      );
      const owner = known.find(({facts}) => facts.some(fact => fact.id === correction.factId));
      if (!owner)
        throw new AppError('not_found', 'privacy.unknown_fact', 'This fact is not one of this request.');
      const before = owner.facts.find(fact => fact.id === correction.factId);
      const prepared = await deps.facts.prepare(before?.conversationId ?? '');
      await storage.transaction(async trx => {
        await locked(trx, id, ['open']);
        const {field} = await prepared.correct(trx, {...correction, personId: owner.personId});
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.fact_corrected',
          requestId: id,
          personId: owner.personId,
          detail: {field, before: before?.display ?? null, after: correction.value},
        });
      });
      deps.facts.wake();
    },

    /** A person looks at what a score decided, and decides (Art. 22(3)). */
    decide: async (
      id: string,
      decision: {conversationId: string; qualified: boolean; why: string},
      actorId: string,
    ): Promise<RequestDetail> => {
      const row = await store.get(storage.db, id);
      if (row.kind !== 'review')
        throw new AppError('conflict', 'privacy.not_review', 'This request asks for something else.');
      const owner = await deps.persons.ofConversation(storage.db, decision.conversationId);
      if (owner === undefined || !(await store.persons(storage.db, id)).includes(owner))
        throw new AppError(
          'not_found',
          'privacy.not_of_request',
          'This conversation is not of this request.',
        );
      const prepared = await deps.facts.prepare(decision.conversationId);
      await storage.transaction(async trx => {
        await locked(trx, id, ['open']);
        await prepared.decide(trx, decision);
        await close(trx, id, decision.qualified ? 'decided_qualified' : 'decided_not_qualified', {
          actorId,
          answer: decision.why,
        });
      });
      deps.facts.wake();
      return detail(id);
    },

    confirmCrm: async (id: string, actorId: string): Promise<RequestDetail> => {
      const ids = (await erasures.of(storage.db, id)).map(one => one.id);
      await storage.transaction(async trx => {
        const confirmed = await deps.crm.confirmByHand(trx, ids);
        if (confirmed === 0)
          throw new AppError(
            'conflict',
            'privacy.nothing_to_confirm',
            'No deletion waits for your word: the appliance is still trying, or all are confirmed.',
          );
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.crm_confirmed_by_hand',
          requestId: id,
          detail: {records: confirmed},
        });
      });
      await erasures.confirmed(ids);
      return detail(id);
    },

    exportFile: async (id: string, format: ExportFormat, actorId: string) => {
      const row = await store.get(storage.db, id);
      if (row.kind !== 'access' && row.kind !== 'portability')
        throw new AppError('conflict', 'privacy.no_copy', 'This request does not ask for a copy.');
      const file = await exportOf(row, format);
      await storage.transaction(trx =>
        deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.export_downloaded',
          requestId: id,
          detail: {format, persons: file.personIds.length},
        }),
      );
      return file;
    },

    certificateFile: async (id: string, format: 'json' | 'pdf') => {
      const row = await store.get(storage.db, id);
      if (row.certificate === null)
        throw new AppError('not_found', 'privacy.no_certificate', 'There is no certificate yet.');
      const name = `certificate-${id.slice(-8)}.${format}`;
      const signed = JSON.parse(row.certificate) as SignedCertificate;
      if (format === 'json')
        return {name, type: 'application/json', content: `${JSON.stringify(signed, null, 2)}\n`};
      const at = signed.document.liveErasureAt;
      const content = await renderPdf(
        certificateDocument(signed, row.language),
        {number: 1, at, hash: signed.document.ledger.head.hash},
        `${signed.document.company}, ${formatDay(at, row.language)}`,
      );
      return {name, type: 'application/pdf', content};
    },

    forVisitor: {
      sendCode: verification.sendCode,

      /** Proved by the chat itself: about this chat alone. */
      start: async (visitor: Visitor, asked: Asked) => {
        const id = newId();
        const now = clock.iso();
        const {receipt, hash} = verification.newReceipt();
        if (
          (await store.begunSince(
            storage.db,
            {conversation_id: visitor.conversationId},
            addMilliseconds(now, -day),
          )) >= 20
        )
          throw new AppError(
            'too_many',
            'privacy.too_many_requests',
            'Too many requests from this chat. Go on tomorrow.',
          );
        await storage.keys.create(id);
        await storage.transaction(async trx => {
          await store.insert(trx, {
            ...emptyRequest(id, asked, now),
            state: 'open',
            origin: 'widget',
            proof: 'session',
            conversation_id: visitor.conversationId,
            opened_by: null,
            receipt_hash: hash,
          });
          await store.addPersons(trx, id, [visitor.visitorId]);
          await deps.audit(trx, openedBy(visitor, {id, kind: asked.kind}, 'session'));
        });
        return answerVisitor(id, receipt);
      },

      /** Proved by the code: about everybody who gave this address, and this chat. */
      prove: async (visitor: Visitor, id: string, code: string) => {
        const row = await verification.check(visitor, id, code);
        const {receipt, hash} = verification.newReceipt();
        const personIds = await personsFor(row.address, visitor.conversationId);
        await storage.transaction(async trx => {
          await locked(trx, id, ['unproved']);
          await store.update(trx, id, {state: 'open', proof: 'mail', code_hash: null, receipt_hash: hash});
          await deps.mail.withdraw(trx, id);
          await store.addPersons(trx, id, personIds);
          await deps.audit(trx, openedBy(visitor, row, 'mail'));
        });
        return answerVisitor(id, receipt);
      },

      exportFile: async (visitor: Visitor, id: string, format: ExportFormat) => {
        const row = await store.find(storage.db, id);
        const since = addMilliseconds(clock.iso(), -downloadFor);
        if (
          !row ||
          row.conversation_id !== visitor.conversationId ||
          (row.kind !== 'access' && row.kind !== 'portability') ||
          row.state !== 'done' ||
          (row.closed_at ?? '') < since
        )
          throw new AppError(
            'not_found',
            'privacy.no_copy',
            'This copy is not there any more. Ask for a new one.',
          );
        const file = await exportOf(row, format);
        await storage.transaction(trx =>
          deps.audit(trx, {
            actor: {kind: 'visitor', id: visitor.visitorId},
            action: 'privacy.export_downloaded',
            requestId: id,
            personId: visitor.visitorId,
            detail: {format, persons: file.personIds.length},
          }),
        );
        return file;
      },

      byReceipt: async (receipt: string) => {
        const row = await store.byReceipt(storage.db, receiptHash(receipt));
        if (!row)
          throw new AppError('not_found', 'privacy.unknown_request', 'This request does not exist any more.');
        const rows = await erasures.of(storage.db, row.id);
        return {
          state: row.state,
          erasedAt: rows.every(one => one.erased_at !== null) ? (rows.at(-1)?.erased_at ?? null) : null,
          certificate: row.certificate === null ? null : (JSON.parse(row.certificate) as unknown),
        };
      },
    },

    /** What was never proved goes; what is closed for long keeps that it was, and nothing of whom. */
    tidy: async (): Promise<void> => {
      const now = clock.iso();
      await erasures.releaseHeld();
      const stale = await store.staleCodes(now);
      await storage.keys.destroy(stale);
      await storage.transaction(async trx => {
        for (const id of stale) await deps.mail.withdraw(trx, id);
        await store.remove(trx, stale);
      });
      await emptyClosed();
    },

    replay,
  };

  /** With the ledger of a backup target, after a restore: one that is older than what is known here is refused. */
  async function replay(text: string): Promise<number> {
    const entries = ledger.parse(text);
    await storage.transaction(trx => ledger.adopt(trx, entries));
    const back = await erasures.replay(new Set(entries.map(({document}) => document.pseudonym)));
    await saveLedger();
    return back;
  }
};
export type Requests = ReturnType<typeof createRequests>;
