import {formatMs} from '../format.ts';
import {Time} from './time.tsx';

/** Each try to hand something over, and what came of it. */
export type Try = {at: string; outcome: string; status: number | null; ms: number; message: string};

/** Under a row of six columns that unfolds: every try, and the id that the log of the appliance names it by. */
export const Tries = ({rowId, log, id}: {rowId: string; log: readonly Try[]; id: string}) => (
  <tr className="under" id={rowId}>
    <td colSpan={6}>
      <ol className="attempts s13" aria-label="Every try">
        {log.map(({at, outcome, status, ms, message}, index) => (
          <li key={`${at} ${index}`}>
            <Time at={at} />
            <span>
              {outcome}
              {status === null ? null : <span className="mono"> {status}</span>}
            </span>
            <span className="dim">{formatMs(ms)}</span>
            <span className="t2 break">{message}</span>
          </li>
        ))}
      </ol>
      <p className="dim s13 mono" style={{marginTop: 8}}>
        {id}
      </p>
    </td>
  </tr>
);
