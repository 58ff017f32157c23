import type {Accuracy as Measured} from '../../../appliance/features/models/models.schema.ts';
import {State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {formatMs, plural} from '../../shared/format.ts';
import {f1Words} from './words.ts';

/** What was measured here; of the bundled model its card says it, too. */
export const Accuracy = ({accuracy, onCard = false}: {accuracy: Measured | null; onCard?: boolean}) => {
  if (accuracy)
    return (
      <>
        F1 {f1Words(accuracy.f1)} over facts, {f1Words(accuracy.intentsF1)} over intents
        <small className="dim s13 mo-more">
          Facts invented in {accuracy.invented.hits} of {plural(accuracy.invented.of, 'dialogue')} without
          any; {accuracy.turnMs === null ? '' : `${formatMs(accuracy.turnMs)} a turn; `}
          <Time at={accuracy.at} /> on {accuracy.host}, version {accuracy.version}
        </small>
      </>
    );
  return onCard ? (
    <>On its model card. It may answer without being measured here.</>
  ) : (
    <State tone="at">Accuracy not measured here</State>
  );
};

export const MeasureFirst = ({id}: {id: string}) => (
  <p className="dim s13" id={id}>
    Before it may score visitors, measure its accuracy here: 70 invented dialogues go through the same
    pipeline as real ones. The rules were written with these in sight, so compare models by the figure and do
    not expect it of your visitors.
  </p>
);
