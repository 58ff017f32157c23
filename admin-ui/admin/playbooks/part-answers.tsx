import {NativeSelect} from '@mantine/core';
import {IconMessageQuestion, IconPlus} from '@tabler/icons-react';
import {Empty} from '../../shared/components/empty.tsx';
import {Section} from '../../shared/components/page.tsx';
import {freshId, useEditing, without} from './editing.tsx';
import {Item} from './item.tsx';
import {SourceIn} from './source-in.tsx';
import {LinesIn, TextIn} from './texts.tsx';
import {answerable, spell, textIn} from './words.ts';

const Frequent = () => {
  const {content, language, edit} = useEditing();
  return (
    <Section
      title="Frequent questions"
      hint="Answered word for word, with the source"
      aside={
        <button
          type="button"
          className="btn sm"
          onClick={() =>
            edit(
              draft =>
                void draft.faq.unshift({
                  id: freshId('answer', draft.faq),
                  phrases: {},
                  answer: {},
                  source: 'FAQ',
                }),
            )
          }
        >
          <IconPlus className="i s" aria-hidden />
          Add an answer
        </button>
      }
    >
      {content.faq.length === 0 ? (
        <Empty title="No answers yet" icon={IconMessageQuestion}>
          To a question it has no answer for, the chat says so and offers a person. It never makes one up. Add
          the questions your team answers every week.
        </Empty>
      ) : (
        <ul className="col">
          {content.faq.map((entry, index) => (
            <Item
              key={entry.id}
              title={textIn(entry.phrases, language)?.[0] ?? 'New answer'}
              onRemove={() => edit(draft => void (draft.faq = without(draft.faq, index)))}
            >
              <LinesIn
                path={`faq.${index}.phrases`}
                label="Asked like"
                hint="Words of the question, one variant a line. It fits when all words of a line are in the question."
                value={entry.phrases}
                onChange={texts => edit(draft => void ((draft.faq[index] ?? entry).phrases = texts))}
              />
              <TextIn
                path={`faq.${index}.answer`}
                label="Answer"
                value={entry.answer}
                onChange={texts => edit(draft => void ((draft.faq[index] ?? entry).answer = texts))}
              />
              <SourceIn
                path={`faq.${index}.source`}
                value={entry.source}
                onChange={source => edit(draft => void ((draft.faq[index] ?? entry).source = source))}
              />
            </Item>
          ))}
        </ul>
      )}
    </Section>
  );
};

/** What to say to somebody who is no customer, or who shows an intent that no frequent question covers. */
const Intents = () => {
  const {content, edit} = useEditing();
  const answers = content.answers ?? {};
  const left = answerable.filter(intent => answers[intent] === undefined);
  return (
    <Section title="Answers to what a visitor wants" hint="Where no frequent question fits">
      <ul className="col">
        {answerable
          .filter(intent => answers[intent] !== undefined)
          .map(intent => (
            <Item
              key={intent}
              title={spell(intent)}
              onRemove={() =>
                edit(draft => {
                  delete draft.answers?.[intent];
                })
              }
            >
              <div className="all">
                <TextIn
                  path={`answers.${intent}`}
                  label="Answer"
                  value={answers[intent]}
                  onChange={texts =>
                    edit(draft => void (draft.answers = {...draft.answers, [intent]: texts}))
                  }
                />
              </div>
            </Item>
          ))}
      </ul>
      <NativeSelect
        mt={16}
        maw={320}
        label="Own words for one more"
        description="Without them, the built-in sentence is said, or “I don’t know, a colleague can tell you.”"
        data={[{value: '', label: 'Choose'}, ...left.map(intent => ({value: intent, label: spell(intent)}))]}
        value=""
        onChange={({currentTarget: {value}}) => {
          if (value !== '') edit(draft => void (draft.answers = {...draft.answers, [value]: {}}));
        }}
      />
    </Section>
  );
};

export const AnswersPart = () => (
  <>
    <Frequent />
    <Intents />
  </>
);
