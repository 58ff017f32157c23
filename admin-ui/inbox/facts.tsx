import {memo, useContext, useState} from 'react';
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';
import {Loading} from '../shared/components/empty.tsx';
import {State} from '../shared/components/state.tsx';
import {formatInstant, formatTime, formatWhole} from '../shared/format.ts';
import {factKey, type NumberedFact} from './evidence.ts';
import {nameOf} from './inbox-list.ts';
import {LitContext, reveal, useLit} from './lit.ts';
import {Score} from './score.tsx';
import {Summary} from './summary.tsx';
import type {Thread} from './thread.ts';
import {fieldWords, languageWords, pageWords} from './words.ts';

/** Facts that came while one looked; what was there on arrival is not new. */
const useFresh = (facts: readonly NumberedFact[], loaded: boolean): ReadonlySet<string> => {
  const [known, setKnown] = useState<ReadonlySet<string> | null>(null);
  if (known === null && loaded) setKnown(new Set(facts.map(factKey)));
  return new Set(known === null ? [] : facts.map(factKey).filter(key => !known.has(key)));
};

const Fact = memo(({fact, fresh}: {fact: NumberedFact; fresh: boolean}) => {
  const store = useContext(LitContext);
  const lit = useLit(id => id === fact.id);
  const {evidence} = fact;
  const point = () => {
    store.set(fact.id);
    reveal(fact.id, false);
  };
  return (
    <li>
      <button
        type="button"
        className={`f${lit ? ' on' : ''}${fresh ? ' fresh' : ''}`}
        onPointerEnter={({pointerType}) => pointerType !== 'touch' && point()}
        onPointerLeave={() => store.set(null)}
        onFocus={point}
        onBlur={() => store.set(null)}
        onClick={() => {
          store.set(fact.id);
          reveal(fact.id, true);
        }}
      >
        <span className="fl">
          <span>
            {fieldWords[fact.field]}
            {fact.source === 'confirmed' ? ', confirmed' : ''}
          </span>
          <span className="mono n">{fact.number}</span>
        </span>
        <span className="fv" dir="auto">
          {fact.display}
        </span>
        <span className="fq">
          <q dir="auto">{evidence.quote}</q>
          <time dateTime={evidence.at} title={formatWhole(evidence.at)}>
            {formatTime(evidence.at)}
          </time>
        </span>
      </button>
    </li>
  );
});
Fact.displayName = 'Fact';

/** What the visitor said, each with the words that prove it, and what the playbook makes of it. */
export const Facts = ({
  one,
  thread,
  facts,
}: {
  one: ConversationSummary;
  thread: Thread;
  facts: readonly NumberedFact[];
}) => {
  const {score, visitor} = thread;
  const fresh = useFresh(facts, thread.loaded);
  return (
    <aside className="known" aria-label={`Facts about ${nameOf(one)}`} id="facts">
      <Summary facts={facts} />
      {score ? <Score score={score} /> : <Loading what="the facts" rows={5} />}
      {score ? (
        <>
          <div className="fh">
            <h3>Facts</h3>
            <span className="dim s12">
              {facts.length > 0
                ? 'In the visitor’s words. Point at one to see where.'
                : 'None yet. Each appears here with the visitor’s words that prove it.'}
            </span>
          </div>
          <ul>
            {facts.map(fact => (
              <Fact key={factKey(fact)} fact={fact} fresh={fresh.has(factKey(fact))} />
            ))}
          </ul>
          <div className="miss">
            <State tone="no">{score.missing.length > 0 ? 'Not said yet' : 'Nothing is missing'}</State>
            <span className="t2">{score.missing.map(field => fieldWords[field]).join(', ')}</span>
          </div>
        </>
      ) : null}
      {visitor ? (
        <div className="ct">
          <h3>This visit</h3>
          <dl className="kv">
            <dt>Website</dt>
            <dd>{one.siteName}</dd>
            {visitor.page ? (
              <>
                <dt>Page</dt>
                <dd>{pageWords(visitor.page)}</dd>
              </>
            ) : null}
            <dt>Language</dt>
            <dd>{languageWords[one.locale]}</dd>
            {visitor.browser || visitor.device ? (
              <>
                <dt>Device</dt>
                <dd>{[visitor.browser, visitor.device].filter(Boolean).join(', ')}</dd>
              </>
            ) : null}
            {visitor.ip ? (
              <>
                <dt>Network</dt>
                <dd>
                  <span className="mono">{visitor.ip}</span>{' '}
                  <span className="dim">shortened before it was stored</span>
                </dd>
              </>
            ) : null}
            <dt>Began</dt>
            <dd>{formatInstant(one.createdAt)}</dd>
          </dl>
          <p className="dim s12">Sealed. That you opened this conversation is in the audit log.</p>
        </div>
      ) : null}
    </aside>
  );
};
