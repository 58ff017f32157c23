import {TextInput} from '@mantine/core';
import {useState} from 'react';
import type {listFacts} from '../../../../appliance/features/privacy/requests/requests.schema.ts';
import {useAct} from '../../../shared/act.ts';
import {type Answer, request as ask} from '../../../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../../../shared/components/empty.tsx';
import {Note} from '../../../shared/components/state.tsx';
import {fieldWords} from '../../../shared/field-words.ts';
import {messageOf} from '../../../shared/field-errors.ts';
import {useGet} from '../../../shared/query.ts';
import {path, type RequestDetail} from './words.ts';

type Fact = Answer<typeof listFacts>['facts'][number];

const One = ({fact, facts}: {fact: Fact; facts: string}) => {
  const [value, setValue] = useState(fact.display);
  const {act, busy, error} = useAct(
    (body: {factId: string; value: string}) => ask('PUT', facts, body),
    facts,
  );
  return (
    <form
      className="col"
      style={{gap: 6}}
      onSubmit={event => {
        event.preventDefault();
        void act({factId: fact.id, value});
      }}
    >
      <div className="row wrap" style={{alignItems: 'end'}}>
        <TextInput
          label={fieldWords[fact.field]}
          style={{flex: '1 1 220px'}}
          maxLength={400}
          value={value}
          onChange={event => setValue(event.currentTarget.value)}
        />
        <button
          type="submit"
          className="btn"
          disabled={busy || value.trim() === '' || value === fact.display}
        >
          Correct
          <span className="vh"> {fieldWords[fact.field]}</span>
        </button>
      </div>
      <p className="quote s13">{fact.quote}</p>
      {error ? <Note tone="da">{messageOf(error)}</Note> : null}
    </form>
  );
};

/** What is noted, to be put right. What was there before is kept as evidence of the change. */
export const Facts = ({request}: {request: RequestDetail}) => {
  const facts = `${path}/${request.id}/facts`;
  const {data, error, refetch} = useGet<Answer<typeof listFacts>>(facts);
  if (error) return <LoadFailed what="The facts" error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="the facts" rows={3} />;
  if (data.facts.length === 0)
    return <Empty title="Nothing is noted of them">There is nothing to correct; say so in the answer.</Empty>;
  return (
    <div className="panel pad col">
      {data.facts.map(fact => (
        <One key={fact.id} fact={fact} facts={facts} />
      ))}
    </div>
  );
};
