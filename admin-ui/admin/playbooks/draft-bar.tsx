import {useState} from 'react';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import type {DraftControl} from './use-draft.ts';

/** What state the draft is in and what can be done with it; stays in sight at the foot of the page. */
export const DraftBar = ({
  control,
  version,
  changed,
  broken,
}: {
  control: DraftControl;
  version: number;
  changed: number;
  broken: number;
}) => {
  const [discarding, setDiscarding] = useState(false);
  const {unsaved, busy, error, conflict, published, draft} = control;
  const isDraft = changed > 0 || version === 0;
  const ready = isDraft && broken === 0 && !busy;
  return (
    <div className="pb-bar">
      {error && !discarding ? (
        <Note
          tone="da"
          title={conflict ? 'Somebody else was first.' : 'Nothing was changed.'}
          action={
            conflict ? (
              <span className="row wrap">
                <button type="button" className="btn sm" onClick={() => void control.takeTheirs()}>
                  Open theirs
                </button>
                <button type="button" className="btn sm" onClick={() => void control.keepMine()}>
                  Keep mine, then save again
                </button>
              </span>
            ) : undefined
          }
        >
          {messageOf(error)}
        </Note>
      ) : null}
      {published !== null && !isDraft ? (
        <Note tone="ok" title={`Version ${published} is in force.`}>
          Conversations use it from their next message on.
        </Note>
      ) : null}
      <div className="row wrap">
        {unsaved ? (
          <State tone="at">Not saved yet</State>
        ) : isDraft ? (
          <State tone="in">Draft saved</State>
        ) : (
          <State tone="ok">Version {version} in force</State>
        )}
        <span className="sp" />
        {isDraft && version > 0 ? (
          <button type="button" className="btn" disabled={busy} onClick={() => setDiscarding(true)}>
            Throw away
          </button>
        ) : null}
        <button
          type="button"
          className="btn"
          aria-disabled={!unsaved || busy}
          onClick={() => {
            if (unsaved && !busy) void control.save();
          }}
        >
          Save draft
        </button>
        <button
          type="button"
          className={ready ? 'btn p' : 'btn'}
          aria-disabled={!ready}
          title={broken > 0 ? 'Mend what is marked first.' : undefined}
          onClick={() => {
            if (ready) void control.publish();
          }}
        >
          Publish as version {version + 1}
        </button>
      </div>
      <Consequence
        open={discarding}
        title="Throw the draft away"
        act="Throw it away"
        busy={busy}
        error={discarding ? error : null}
        onClose={() => setDiscarding(false)}
        onAct={() => void Promise.resolve(control.discard()).then(done => done && setDiscarding(false))}
      >
        <p>
          The {changed} changed places go back to what version {draft?.basedOn} says. Visitors notice nothing:
          they have been getting that version all along.
        </p>
      </Consequence>
    </div>
  );
};
