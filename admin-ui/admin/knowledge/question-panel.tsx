import {NativeSelect, TextInput} from '@mantine/core';
import {useState} from 'react';
import type {Answered, askQuestion} from '../../../appliance/features/knowledge/knowledge.schema.ts';
import type {Locale} from '../../../appliance/kit/schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Answer, request} from '../../shared/api.ts';
import {Section} from '../../shared/components/page.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {languages} from '../../shared/languages.tsx';
import {PassageView} from './passages.tsx';
import {questionsPath, whyNot} from './words.ts';

const Outcome = ({words, nearest, meaning, asksPrice}: Answered) => {
  if (words.length === 0)
    return (
      <Note tone="in" title="Nothing was looked for.">
        The question names no thing, so it counts as small talk. The AI answers it without the knowledge.
      </Note>
    );
  const quoted = nearest[0]?.why === 'quoted';
  return (
    <>
      {meaning === 'silent' ? (
        <Note tone="at" title="Only words were compared.">
          The model that finds passages by their meaning did not answer in time. Visitors do not notice more
          than that.
        </Note>
      ) : null}
      {meaning === 'unasked' && asksPrice ? (
        <p className="dim s13">A price is looked for by words alone, so that no other one is quoted.</p>
      ) : null}
      {quoted ? null : (
        <Note tone="at" title="Nothing would be quoted.">
          The AI says that it does not know, and asks a colleague. Looked for:{' '}
          {words.map(word => `“${word}”`).join(', ')}.{' '}
          {nearest.length === 0 ? 'None of it stands in any document.' : 'This came nearest:'}
        </Note>
      )}
      <ol className="kn-passages" aria-label="Passages found">
        {nearest.map(found => (
          <li key={found.passage.id}>
            <p>
              <State tone={found.why === 'quoted' ? 'ok' : found.why === 'weaker' ? 'in' : 'no'}>
                {found.why === 'quoted' ? 'Quoted' : 'Not quoted'}
              </State>{' '}
              from <b dir="auto">{found.passage.document}</b>
            </p>
            <PassageView passage={found.passage} />
            <p className="dim s13">{whyNot(found)}</p>
          </li>
        ))}
      </ol>
    </>
  );
};

/** Which passage a visitor would get, and why not otherwise. */
export const QuestionPanel = () => {
  const [text, setText] = useState('');
  const [locale, setLocale] = useState<Locale>('en');
  const ask = useAct((question: {text: string; locale: Locale}) =>
    request<Answer<typeof askQuestion>>('POST', questionsPath, question),
  );
  return (
    <Section title="Try a question" hint="Nothing typed here is kept">
      <div className="panel form col">
        <form
          className="kn-ask"
          noValidate
          onSubmit={event => {
            event.preventDefault();
            if (text.trim() !== '' && !ask.busy) void ask.act({text: text.trim(), locale});
          }}
        >
          <TextInput
            label="Question"
            maxLength={1000}
            value={text}
            onChange={({currentTarget: {value}}) => setText(value)}
          />
          <NativeSelect
            label="Asked in"
            data={languages}
            value={locale}
            onChange={({currentTarget: {value}}) => setLocale(value as Locale)}
          />
          <button type="submit" className="btn" aria-disabled={text.trim() === '' || ask.busy}>
            Ask
          </button>
        </form>
        <div aria-live="polite" className="col">
          {ask.error ? <Note tone="da">{messageOf(ask.error)}</Note> : null}
          {ask.result ? <Outcome {...ask.result.value} /> : null}
        </div>
        <p className="dim s13">
          A playbook’s own answers come first: what one of its entries fits is not looked for here.
        </p>
      </div>
    </Section>
  );
};
