import {TextInput} from '@mantine/core';
import {useEditing} from './editing.tsx';
import {TextIn} from './texts.tsx';
import {type Playbook, textIn} from './words.ts';

type Source = Playbook['faq'][number]['source'];

/** Where an answer comes from: one name for all languages, or one for each. */
export const SourceIn = ({
  path,
  value,
  onChange,
}: {
  path: string;
  value: Source;
  onChange: (source: Source) => void;
}) => {
  const {content, language, problems} = useEditing();
  const hint = 'The visitor sees it under the answer.';
  const each = typeof value !== 'string';
  return (
    <div>
      {each ? (
        <TextIn path={path} label="Source" hint={hint} maxLength={200} value={value} onChange={onChange} />
      ) : (
        <TextInput
          label="Source"
          description={hint}
          maxLength={200}
          value={value}
          error={problems[path]}
          onChange={({currentTarget}) => onChange(currentTarget.value)}
        />
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={each}
          onChange={() =>
            onChange(
              each
                ? (textIn(value, language) ?? '')
                : Object.fromEntries(value === '' ? [] : content.languages.map(one => [one, value])),
            )
          }
        />
        Named differently in each language
      </label>
    </div>
  );
};
