import {memo} from 'react';
import type {ScoreView} from '../../appliance/kit/schema.ts';
import {State} from '../shared/components/state.tsx';
import {plural} from '../shared/format.ts';

const Reasons = ({reasons, caption}: {reasons: ScoreView['reasons']; caption: string}) => (
  <table className="why">
    <caption className="vh">{caption}</caption>
    <tbody>
      {reasons.map(({rule, label, why, points, of}) => (
        <tr key={rule}>
          <th scope="row">
            {label}
            <small>{why}</small>
          </th>
          <td>
            <svg width="56" height="6" aria-hidden="true">
              <rect width="56" height="6" className="track" />
              <rect
                width={of > 0 ? Math.max(0, Math.min(56, (56 * points) / of)) : 0}
                height="6"
                className="fill"
              />
            </svg>
          </td>
          <td className="r nowrap">
            {points}
            <span className="dim"> of {of}</span>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** The number, the bar, and why: what earned points first, what could still earn some behind one line. */
export const Score = memo(({score}: {score: ScoreView}) => {
  const earned = score.reasons.filter(({points}) => points !== 0);
  const open = score.reasons.filter(({points}) => points === 0);
  return (
    <>
      {score.goal === '' ? null : <p className="aim">{score.goal}</p>}
      {score.teams.map(({team, why}) => (
        <p key={team} className="aim">
          <b>For {team}.</b> {why}
        </p>
      ))}
      <div className="tally">
        <div>
          <h2 className="dim s13">Score</h2>
          <p>
            <b>{score.points}</b>
            <span className="dim"> of {score.of}</span>
          </p>
        </div>
        <span className="sp" />
        <State tone={score.qualified ? 'ok' : 'no'}>
          {score.qualified ? 'Qualified' : 'Not yet'}, bar {score.bar}
        </State>
      </div>
      {earned.length > 0 ? <Reasons reasons={earned} caption={`Why the score is ${score.points}`} /> : null}
      {open.length > 0 ? (
        <details className="still">
          <summary>
            {plural(open.length, 'rule', 'rules')} without points yet, worth{' '}
            {open.reduce((sum, {of}) => sum + of, 0)}
          </summary>
          <Reasons reasons={open} caption="What could still earn points" />
        </details>
      ) : null}
    </>
  );
});
Score.displayName = 'Score';
