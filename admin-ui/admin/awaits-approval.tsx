import {Link} from '@tanstack/react-router';
import {Note} from '../shared/components/state.tsx';

/** Beside what was saved, and may not reach its host yet. Nothing where it may. */
export const AwaitsApproval = ({
  state,
  meanwhile,
}: {
  state: 'in_force' | 'waiting' | 'refused';
  /** What becomes of what is for it. */
  meanwhile: string;
}) =>
  state === 'in_force' ? null : (
    <Note
      tone={state === 'waiting' ? 'in' : 'at'}
      title={
        state === 'waiting' ? 'Saved. It waits for a second person.' : 'Its destination was not approved.'
      }
      action={<Link to="/admin/residency">Residency</Link>}
    >
      {state === 'waiting'
        ? `Another administrator approves where it connects to; with one administrator alone it takes force after a day. Then it begins by itself. ${meanwhile}`
        : `Save it again to ask once more, or remove it. ${meanwhile}`}
    </Note>
  );
