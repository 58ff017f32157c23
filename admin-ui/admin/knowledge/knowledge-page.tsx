import {IconBook2, IconPlus} from '@tabler/icons-react';
import {useState} from 'react';
import type {Document, listDocuments} from '../../../appliance/features/knowledge/knowledge.schema.ts';
import type {Answer} from '../../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Standing} from '../../shared/components/state.tsx';
import {plural} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {Documents} from './documents.tsx';
import './knowledge.css';
import {isUnsettled, Meaning} from './meaning.tsx';
import {QuestionPanel} from './question-panel.tsx';
import {UploadForm} from './upload-form.tsx';
import {path} from './words.ts';

const Top = ({documents, meaning}: Pick<Answer<typeof listDocuments>, 'documents' | 'meaning'>) => {
  const of = (state: Document['state']) => documents.filter(document => document.state === state).length;
  const [ready, refused, reading] = [of('ready'), of('refused'), of('reading')];
  if (documents.length === 0)
    return (
      <Standing
        tone="no"
        state="The AI has nothing to quote from."
        meaning="It answers what the playbook answers, word for word. To everything else it says that a colleague can tell."
        next="Add a document that answers what visitors ask: terms, a price list, opening hours, a handbook."
      />
    );
  if (refused > 0)
    return (
      <Standing
        tone="at"
        state={refused === 1 ? 'One document was not read.' : `${refused} documents were not read.`}
        meaning={`Nothing of ${refused === 1 ? 'it' : 'them'} is quoted. ${ready === 0 ? 'No document is' : `${plural(ready, 'other')} ${ready === 1 ? 'is' : 'are'}`} ready.`}
        next={`See below why, and what would help. Then remove ${refused === 1 ? 'it, and add it' : 'them, and add them'} again.`}
      />
    );
  if (ready === 0 || reading > 0)
    return (
      <Standing
        tone="in"
        state={`${plural(reading, 'document')} ${reading === 1 ? 'is' : 'are'} being read.`}
        meaning="What is read can be quoted a moment later. Visitors are answered meanwhile."
        next="Nothing. It goes on when you leave this page."
      />
    );
  return (
    <Standing
      tone="ok"
      state={`The AI can quote from ${plural(ready, 'document')}.`}
      meaning={`What a playbook does not answer is looked for here by its words${meaning ? ' and by its meaning' : ''}, and quoted with its source. An instruct model may say it in words of its own; the passage stands below. What is not found goes to a colleague.`}
      next="Try a question that visitors ask, and see what they would get."
    />
  );
};

const KnowledgePage = () => {
  const {data, error, refetch} = useGet<Answer<typeof listDocuments>>(path, {
    every: answer =>
      answer?.documents.some(({state}) => state === 'reading') || isUnsettled(answer?.meaning ?? null)
        ? 700
        : 30_000,
  });
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Knowledge"
      actions={
        <button type="button" className="btn p" aria-expanded={adding} onClick={() => setAdding(true)}>
          <IconPlus className="i s" aria-hidden />
          Add a document
        </button>
      }
    >
      {error ? (
        <LoadFailed what="The documents" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top {...data} />
          {adding ? <UploadForm limit={data.limit} onClose={() => setAdding(false)} /> : null}
          {data.documents.length === 0 ? (
            adding ? null : (
              <Empty title="No document yet" icon={IconBook2}>
                Short sections under headings that say what they are about are found best, in the language
                your visitors write. The AI quotes them as they stand, so write them for visitors; it never
                puts two of them together or works anything out.
              </Empty>
            )
          ) : (
            <>
              <Section title="Documents" hint="Open one to see the passages that can be quoted">
                <Documents documents={data.documents} />
              </Section>
              <Meaning meaning={data.meaning} />
              <QuestionPanel />
            </>
          )}
        </>
      ) : (
        <Loading what="the documents" rows={6} />
      )}
    </Page>
  );
};
export default KnowledgePage;
