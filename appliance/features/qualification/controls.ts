import {broken, type Control, counted, kept, type Look, named, notApplicable} from '../../kit/control.ts';
import {type Reader, sampleOf, type Storage} from '../../storage/index.ts';
import type {FactRow} from './qualification.store.ts';

const most = 200;

export const qualificationControls = (deps: {
  storage: Storage;
  reader: Reader;
  /** What a visitor wrote there, by the number of the message. */
  words: (conversationId: string) => Promise<Map<number, string | null>>;
}): Control[] => {
  const quoted = async (): Promise<Look> => {
    const rows = await sampleOf(deps.storage.db, 'qualification_facts', 'id', most);
    const facts = await deps.reader.open<FactRow>('qualification_facts', rows);
    if (facts.length === 0) return notApplicable('No fact was noted yet.');
    const wrong: string[] = [];
    const talks = new Map<string, Map<number, string | null>>();
    for (const fact of facts) {
      // whose key is destroyed has neither words nor facts that can be read
      if (fact.quote === null) continue;
      const talk = talks.get(fact.conversation_id) ?? (await deps.words(fact.conversation_id));
      talks.set(fact.conversation_id, talk);
      const said = talk.get(fact.message_seq) ?? '';
      if (said.slice(fact.span_start, fact.span_end) !== fact.quote) wrong.push(fact.id);
    }
    const evidence = {facts: facts.length, conversations: talks.size, quoted: facts.length - wrong.length};
    return wrong.length === 0
      ? kept(
          `${counted(facts.length, 'fact')} drawn at random stand word for word in the visitor’s own messages.`,
          evidence,
        )
      : broken(
          `The visitor did not write what is quoted for ${counted(wrong.length, 'fact')}: ${named(wrong)}.`,
          evidence,
        );
  };

  return [
    {
      id: 'D4.quoted',
      claim: 'Each fact about a visitor comes with the words it was taken from, as the visitor wrote them.',
      enforcedBy: [
        'appliance/features/qualification/engine/check.ts',
        'appliance/features/qualification/reading.ts',
      ],
      check: quoted,
    },
  ];
};
