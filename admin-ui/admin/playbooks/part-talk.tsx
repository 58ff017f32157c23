import {NativeSelect, TextInput} from '@mantine/core';
import {Section} from '../../shared/components/page.tsx';
import {fieldWord} from '../../shared/field-words.ts';
import {LanguageChecks} from '../../shared/languages.tsx';
import {moved, useEditing, without} from './editing.tsx';
import {Item} from './item.tsx';
import {LinesIn, orNone, TextIn} from './texts.tsx';
import {type Field, fields, type Playbook} from './words.ts';

const Basics = () => {
  const {content, problems, edit} = useEditing();
  return (
    <Section title="Basics" hint="What the conversation is for, and how it begins">
      <div className="panel form fields">
        <TextInput
          label="Name"
          description="Seen here and where a website chooses its playbook."
          maxLength={120}
          value={content.name}
          error={problems['name']}
          onChange={({currentTarget: {value}}) => edit(draft => void (draft.name = value))}
        />
        <NativeSelect
          label="Tone"
          description="How the built-in sentences thank: “Thanks!” or “Thank you.”"
          data={[
            {value: 'warm', label: 'Warm'},
            {value: 'formal', label: 'Formal'},
          ]}
          value={content.tone}
          onChange={({currentTarget: {value}}) =>
            edit(draft => void (draft.tone = value as Playbook['tone']))
          }
        />
        <div className="all">
          <LanguageChecks
            legend="Languages it is written in"
            value={content.languages}
            error={problems['languages']}
            onChange={chosen => chosen.length > 0 && edit(draft => void (draft.languages = chosen))}
          />
        </div>
        <TextIn
          path="goals"
          label="Goal"
          hint="Your agents read it above the score."
          value={content.goals}
          onChange={texts => edit(draft => void (draft.goals = texts))}
        />
        <TextIn
          path="greeting"
          label="Greeting"
          hint="Follows the sentence that says an AI answers."
          value={content.greeting}
          onChange={texts => edit(draft => void (draft.greeting = orNone(texts)))}
        />
        <LinesIn
          path="starters"
          label="Buttons under the greeting"
          hint="One a line. “Talk to a person” is always there."
          value={content.starters}
          onChange={texts => edit(draft => void (draft.starters = orNone(texts)))}
        />
      </div>
    </Section>
  );
};

const Questions = () => {
  const {content, edit} = useEditing();
  const left = fields.filter(field => !content.facts.some(fact => fact.field === field));
  return (
    <Section title="Questions" hint="In this order, whatever is not known yet. None is asked twice.">
      <ol className="col">
        {content.facts.map((fact, index) => (
          <Item
            key={fact.field}
            title={fieldWord(fact.field)}
            first={index === 0}
            last={index === content.facts.length - 1}
            onMove={by => edit(draft => void (draft.facts = moved(draft.facts, index, by)))}
            onRemove={
              content.facts.length > 1
                ? () => edit(draft => void (draft.facts = without(draft.facts, index)))
                : undefined
            }
          >
            <LinesIn
              path={`facts.${index}.question`}
              label={`Question about ${fieldWord(fact.field).toLowerCase()}`}
              hint="One wording a line; one of them is chosen."
              value={fact.question}
              onChange={texts => edit(draft => void ((draft.facts[index] ?? fact).question = texts))}
            />
            <LinesIn
              path={`facts.${index}.quickReplies`}
              label="Buttons"
              hint="One a line, or none."
              value={fact.quickReplies}
              onChange={texts =>
                edit(draft => void ((draft.facts[index] ?? fact).quickReplies = orNone(texts)))
              }
            />
          </Item>
        ))}
      </ol>
      {left.length === 0 ? null : (
        <NativeSelect
          mt={16}
          maw={320}
          label="Ask for one more thing"
          data={[
            {value: '', label: 'Choose'},
            ...left.map(field => ({value: field, label: fieldWord(field)})),
          ]}
          value=""
          onChange={({currentTarget: {value}}) => {
            if (value !== '') edit(draft => void draft.facts.push({field: value as Field, question: {}}));
          }}
        />
      )}
    </Section>
  );
};

export const TalkPart = () => (
  <>
    <Basics />
    <Questions />
  </>
);
