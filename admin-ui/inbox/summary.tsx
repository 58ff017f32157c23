import {Fragment, memo, useContext} from 'react';
import type {NumberedFact} from './evidence.ts';
import {LitContext, reveal, useLit} from './lit.ts';
import {type Clause, summarise} from './summary.ts';

const Said = ({clause}: {clause: Clause}) => {
  const store = useContext(LitContext);
  const lit = useLit(id => clause.facts.some(fact => fact.id === id));
  const [first] = clause.facts;
  const point = () => first && store.set(first.id);
  return (
    <button
      type="button"
      className={lit ? 'on' : ''}
      title={clause.facts.map(({evidence}) => `“${evidence.quote}”`).join(' ')}
      onPointerEnter={({pointerType}) => pointerType !== 'touch' && point()}
      onPointerLeave={() => store.set(null)}
      onFocus={point}
      onBlur={() => store.set(null)}
      onClick={() => {
        point();
        if (first) reveal(first.id, true);
      }}
    >
      <span dir="auto">{clause.text}</span>
      <sup className="mono">{clause.facts.map(({number}) => number).join(', ')}</sup>
    </button>
  );
};

/** For whoever takes over: two sentences, and behind each piece of them the visitor's words. */
export const Summary = memo(({facts}: {facts: readonly NumberedFact[]}) => {
  const sentences = summarise(facts);
  if (sentences.length === 0) return null;
  return (
    <section className="sum" aria-label="Summary">
      <h3>In short</h3>
      <p>
        {sentences.map((clauses, index) => (
          <Fragment key={clauses[0]?.facts[0]?.id}>
            {index > 0 ? ' ' : ''}
            {clauses.map(clause => (
              <Fragment key={clause.facts[0]?.id}>
                {clause.lead}
                <Said clause={clause} />
              </Fragment>
            ))}
            .
          </Fragment>
        ))}
      </p>
    </section>
  );
});
Summary.displayName = 'Summary';
