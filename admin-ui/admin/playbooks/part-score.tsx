import {NumberInput} from '@mantine/core';
import {IconPlus} from '@tabler/icons-react';
import {Section} from '../../shared/components/page.tsx';
import {plural} from '../../shared/format.ts';
import {ConditionFields} from './condition.tsx';
import {freshId, useEditing, without} from './editing.tsx';
import {Item} from './item.tsx';
import {TextIn} from './texts.tsx';
import {answerable, conditionWords, reachable, spell, textIn} from './words.ts';

const Bar = () => {
  const {content, problems, edit} = useEditing();
  const most = reachable(content);
  return (
    <Section title="The bar" hint="From here on a visitor is a lead, and a person is called">
      <div className="panel form col">
        <NumberInput
          maw={320}
          label="Points from which a visitor is a lead"
          description={`The rules give at most ${plural(most, 'point')}.`}
          allowDecimal={false}
          allowNegative={false}
          hideControls
          value={content.bar}
          error={problems['bar']}
          onChange={value => edit(draft => void (draft.bar = Number(value)))}
        />
        <fieldset>
          <legend className="mantine-InputWrapper-label">Never a lead, whatever the points</legend>
          <div className="checks">
            {answerable.map(intent => (
              <label key={intent} className="check">
                <input
                  type="checkbox"
                  checked={content.disqualifiedBy.includes(intent)}
                  onChange={({currentTarget: {checked}}) =>
                    edit(
                      draft =>
                        void (draft.disqualifiedBy = checked
                          ? [...draft.disqualifiedBy, intent]
                          : draft.disqualifiedBy.filter(one => one !== intent)),
                    )
                  }
                />
                {spell(intent)}
              </label>
            ))}
          </div>
        </fieldset>
      </div>
    </Section>
  );
};

export const ScorePart = () => {
  const {content, language, problems, edit} = useEditing();
  return (
    <>
      <Bar />
      <Section
        title="Rules"
        hint="Points come only from what the visitor wrote"
        aside={
          <button
            type="button"
            className="btn sm"
            onClick={() =>
              edit(
                draft =>
                  void draft.rules.unshift({
                    id: freshId('rule', draft.rules),
                    label: {},
                    why: {},
                    points: 10,
                    when: {known: ['email', 'phone']},
                  }),
              )
            }
          >
            <IconPlus className="i s" aria-hidden />
            Add a rule
          </button>
        }
      >
        <ul className="col">
          {content.rules.map((rule, index) => (
            <Item
              key={rule.id}
              title={textIn(rule.label, language) ?? 'New rule'}
              aside={<span className="dim s13">{conditionWords(rule.when)}</span>}
              onRemove={
                content.rules.length > 1
                  ? () => edit(draft => void (draft.rules = without(draft.rules, index)))
                  : undefined
              }
            >
              <TextIn
                path={`rules.${index}.label`}
                label="Rule"
                value={rule.label}
                onChange={texts => edit(draft => void ((draft.rules[index] ?? rule).label = texts))}
              />
              <TextIn
                path={`rules.${index}.why`}
                label="Why it counts"
                value={rule.why}
                onChange={texts => edit(draft => void ((draft.rules[index] ?? rule).why = texts))}
              />
              <NumberInput
                label="Points"
                description="Below zero takes away."
                allowDecimal={false}
                hideControls
                value={rule.points}
                error={problems[`rules.${index}.points`]}
                onChange={value => edit(draft => void ((draft.rules[index] ?? rule).points = Number(value)))}
              />
              <ConditionFields
                when={rule.when}
                path={`rules.${index}.when`}
                onChange={when => edit(draft => void ((draft.rules[index] ?? rule).when = when))}
              />
            </Item>
          ))}
        </ul>
      </Section>
    </>
  );
};
