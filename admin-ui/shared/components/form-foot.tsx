import {messageOf} from '../field-errors.ts';
import {Note} from './state.tsx';

/** What the server said against a form, and the two ways out of it. */
export const FormFoot = ({
  error,
  failed,
  save,
  busy,
  onCancel,
}: {
  error: unknown;
  /** What has not happened: "Nothing was changed." */
  failed?: string;
  save: string;
  busy: boolean;
  onCancel: () => void;
}) => (
  <>
    {error !== null ? (
      <Note tone="da" title={failed}>
        {messageOf(error)}
      </Note>
    ) : null}
    <div className="row buttons">
      <span className="sp" />
      <button type="button" className="btn" onClick={onCancel}>
        Cancel
      </button>
      <button type="submit" className="btn p" disabled={busy}>
        {save}
      </button>
    </div>
  </>
);
