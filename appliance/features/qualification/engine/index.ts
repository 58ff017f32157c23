export type {
  Budget,
  Evidence,
  Fact,
  FactValue,
  KnownFact,
  QualifyInput,
  QualifyResult,
  Range,
  Reply,
  Score,
  ScoredFact,
  ScoredReason,
  TimelineBucket,
} from './engine.types.ts';
export {detectLanguage} from './language.ts';
export {replacedBy} from './merge.ts';
export {displayOf, normalise} from './normalise.ts';
export {closedUntil} from './hours.ts';
export {type Condition, type Playbook, playbookForm, playbookSchema} from './playbook.schema.ts';
export {objectsToAi} from './objection.ts';
export {makeFact, qualify} from './qualify.ts';
export {asksPrice} from './price.ts';
export {
  awayFor,
  greetingFor,
  type LookedUp,
  nextReply,
  type ReplyInput,
  wantsKnowledge,
} from './reply.ts';
export {conditionHolds, emptyScore, score, scoreView} from './score.ts';
