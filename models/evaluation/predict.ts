import type {LanguageModel, Turn} from '../../appliance/adapters/llm/contract.ts';
import {type Fact, qualify} from '../../appliance/features/qualification/engine/index.ts';
import {mask} from '../../appliance/kit/mask.ts';
import type {Dialogue, Expected} from './format.ts';

export type Prediction = {
  id: string;
  facts: Expected;
  /** What holds at the end, with its evidence. */
  held: Fact[];
  turnMilliseconds: number[];
  /** Turns on which the model failed, so that reading stood alone, as in a conversation. */
  unanswered: number;
};

/** The dialogue as the pipeline sees it: what must not be stored never reaches it. */
export const maskedTurns = ({turns}: Dialogue): Turn[] =>
  turns.map(({role, text}) => ({role, text: mask(text)}));

/** Goes through a dialogue turn by turn, as the appliance does, and keeps what holds at its end. */
export const predict = async (
  dialogue: Dialogue,
  model: LanguageModel | undefined,
  modelAlone = false,
): Promise<Prediction> => {
  const turns = maskedTurns(dialogue);
  const turnMilliseconds: number[] = [];
  let held: Fact[] = [];
  let unanswered = 0;
  for (const [i, {role}] of turns.entries()) {
    if (role !== 'visitor') continue;
    const started = performance.now();
    const result = await qualify({
      turns: turns.slice(0, i + 1),
      locale: dialogue.locale,
      region: dialogue.region,
      today: dialogue.today,
      model,
      modelAlone,
      known: held.map(({field, value}) => ({field, value})),
    });
    turnMilliseconds.push(performance.now() - started);
    if (model && !result.model.used) unanswered += 1;
    const replaced = (old: Fact) =>
      result.retracted.includes(old.field) ||
      result.facts.some(
        ({field, value}) => field === old.field && (field !== 'intent' || value === old.value),
      );
    held = [...held.filter(old => !replaced(old)), ...result.facts];
  }
  const value = (field: string) => held.findLast(fact => fact.field === field)?.value ?? null;
  return {
    id: dialogue.id,
    facts: {
      name: value('name'),
      email: value('email'),
      phone: value('phone'),
      company: value('company'),
      job_title: value('job_title'),
      company_size: value('company_size'),
      budget: value('budget'),
      timeline: value('timeline'),
      authority: value('authority'),
      intents: held.filter(({field}) => field === 'intent').map(fact => fact.value),
    } as Expected,
    held,
    turnMilliseconds,
    unanswered,
  };
};
