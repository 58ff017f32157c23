import {Link} from '@tanstack/react-router';
import type {Meaning as Progress} from '../../../appliance/features/knowledge/knowledge.schema.ts';
import {Section} from '../../shared/components/page.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {formatNumber, plural} from '../../shared/format.ts';

const isReading = ({problem, done, total}: Progress): boolean => problem === null && done < total;
/** It may be another moment later: it reads, is being loaded, or waits for a server. */
export const isUnsettled = (meaning: Progress | null): boolean =>
  meaning !== null && (meaning.problem !== null || isReading(meaning));

const Standing = ({meaning}: {meaning: Progress | null}) => {
  if (!meaning) return <State tone="no">Off</State>;
  if (meaning.problem !== null) return <State tone="at">Waits</State>;
  return isReading(meaning) ? <State tone="in">Reading</State> : <State tone="ok">On</State>;
};

const models = <Link to="/admin/models">Models page</Link>;

/** Whether passages are found by their meaning too, by which model, and how far it has read. */
export const Meaning = ({meaning}: {meaning: Progress | null}) => (
  <Section title="Finding by meaning" aside={<Standing meaning={meaning} />}>
    <div className="panel form col">
      {meaning ? (
        <>
          <p>
            Passages are found by their words and by their meaning, with <b>{meaning.model}</b>
            {meaning.here ? ' on this server' : ' on a model server'}: also where a question is put in other
            words. The model is chosen on the {models}.
          </p>
          {meaning.problem === null ? null : (
            <Note tone="at" title="It reads nothing at present.">
              {meaning.problem} Passages are found by their words meanwhile, and it is tried again.
            </Note>
          )}
          {meaning.done < meaning.total ? (
            <>
              <progress
                aria-label="Passages read by their meaning"
                max={meaning.total}
                value={meaning.done}
              />
              <p className="dim s13">
                {formatNumber(meaning.done)} of {plural(meaning.total, 'passage')} read. A document is found
                by its meaning once all of it is. It goes on when you leave this page.
              </p>
            </>
          ) : (
            <p className="dim s13">{plural(meaning.total, 'passage')} read.</p>
          )}
          {meaning.beyond === 0 ? null : (
            <Note tone="at" title={`${plural(meaning.beyond, 'passage')} found by words alone.`}>
              What the model made of them does not fit into the memory that is kept for it: what was added
              first is held. Remove documents that nobody asks about, or choose a model with smaller vectors.
            </Note>
          )}
        </>
      ) : (
        <p>
          Passages are found by the words a question has in common with them, so a question in other words
          goes to a colleague. A model that finds them by their meaning can be chosen on the {models}.
        </p>
      )}
    </div>
  </Section>
);
