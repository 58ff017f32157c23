import {TextInput} from '@mantine/core';
import {IconClock, IconPlus, IconUsers} from '@tabler/icons-react';
import {Empty} from '../../shared/components/empty.tsx';
import {Section} from '../../shared/components/page.tsx';
import {ConditionFields} from './condition.tsx';
import {useEditing, without} from './editing.tsx';
import {Item} from './item.tsx';
import {TextIn} from './texts.tsx';
import {dayWords} from './words.ts';

const office = {from: '09:00', to: '17:00'};

const Hours = () => {
  const {content, problems, edit} = useEditing();
  const hours = content.businessHours;
  if (!hours)
    return (
      <Section title="Business hours">
        <Empty
          title="People are taken to be there at any time"
          icon={IconClock}
          action={
            <button
              type="button"
              className="btn sm"
              onClick={() =>
                edit(
                  draft =>
                    void (draft.businessHours = {
                      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
                      days: {
                        mon: office,
                        tue: office,
                        wed: office,
                        thu: office,
                        fri: office,
                        sat: null,
                        sun: null,
                      },
                    }),
                )
              }
            >
              Give business hours
            </button>
          }
        >
          With business hours, the chat says outside of them when people are back, and asks for a contact. If
          somebody is available all the same, they are called.
        </Empty>
      </Section>
    );
  return (
    <Section
      title="Business hours"
      hint="Outside of them the chat asks for a contact"
      aside={
        <button type="button" className="link" onClick={() => edit(draft => void delete draft.businessHours)}>
          Do without
        </button>
      }
    >
      <div className="panel form col">
        <TextInput
          maw={320}
          label="Time zone"
          description="Like Europe/Zurich."
          value={hours.timeZone}
          error={problems['businessHours.timeZone']}
          onChange={({currentTarget: {value}}) =>
            edit(draft => void ((draft.businessHours ?? hours).timeZone = value))
          }
        />
        <ul className="pb-days">
          {dayWords.map(([day, word]) => {
            const opening = hours.days[day];
            const set = (next: typeof opening) =>
              edit(draft => void ((draft.businessHours ?? hours).days[day] = next));
            const problem =
              problems[`businessHours.days.${day}.to`] ?? problems[`businessHours.days.${day}.from`];
            return (
              <li key={day}>
                <label className="check">
                  <input
                    type="checkbox"
                    checked={opening !== null}
                    onChange={({currentTarget: {checked}}) => set(checked ? office : null)}
                  />
                  {word}
                </label>
                {opening ? (
                  <span className="row">
                    <TextInput
                      type="time"
                      aria-label={`${word} from`}
                      value={opening.from}
                      onChange={({currentTarget: {value}}) => set({...opening, from: value})}
                    />
                    to
                    <TextInput
                      type="time"
                      aria-label={`${word} to`}
                      value={opening.to}
                      error={problem !== undefined}
                      onChange={({currentTarget: {value}}) => set({...opening, to: value})}
                    />
                  </span>
                ) : (
                  <span className="dim">closed</span>
                )}
                {problem ? <span className="mantine-InputWrapper-error">{problem}</span> : null}
              </li>
            );
          })}
        </ul>
      </div>
    </Section>
  );
};

const Teams = () => {
  const {content, problems, edit} = useEditing();
  return (
    <Section
      title="Who should take over"
      hint="A hint for your agents when a person is called, and above the score"
      aside={
        <button
          type="button"
          className="btn sm"
          onClick={() =>
            edit(
              draft =>
                void draft.routing.push({
                  when: {fact: 'company_size', atLeast: 100},
                  team: 'New team',
                  why: {},
                }),
            )
          }
        >
          <IconPlus className="i s" aria-hidden />
          Add a hint
        </button>
      }
    >
      {content.routing.length === 0 ? (
        <Empty title="No hints" icon={IconUsers}>
          Whoever is available may take any conversation. A hint says, for example, that large companies
          belong to the key account team.
        </Empty>
      ) : (
        <ul className="col">
          {content.routing.map((hint, index) => (
            <Item
              key={index}
              title={hint.team}
              onRemove={() => edit(draft => void (draft.routing = without(draft.routing, index)))}
            >
              <TextInput
                label="Team"
                maxLength={60}
                value={hint.team}
                error={problems[`routing.${index}.team`]}
                onChange={({currentTarget: {value}}) =>
                  edit(draft => void ((draft.routing[index] ?? hint).team = value))
                }
              />
              <TextIn
                path={`routing.${index}.why`}
                label="Why"
                value={hint.why}
                onChange={texts => edit(draft => void ((draft.routing[index] ?? hint).why = texts))}
              />
              <ConditionFields
                when={hint.when}
                path={`routing.${index}.when`}
                onChange={when => edit(draft => void ((draft.routing[index] ?? hint).when = when))}
              />
            </Item>
          ))}
        </ul>
      )}
    </Section>
  );
};

export const PeoplePart = () => (
  <>
    <Hours />
    <Teams />
  </>
);
