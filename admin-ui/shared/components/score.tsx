import type {ScoreView} from '../../../appliance/kit/schema.ts';
import {State} from './state.tsx';

/** Number, bar to pass, then one line per reason with points and why. */
export const Score = ({score}: {score: ScoreView}) => (
  <div className="col">
    <div className="row wrap">
      <span className="score">
        {score.points} <small>of {score.of}</small>
      </span>
      <span className="sp" />
      {score.qualified ? (
        <State tone="ok">Qualified, bar {score.bar}</State>
      ) : (
        <State tone="no">Below the bar of {score.bar}</State>
      )}
    </div>
    <ul className="bars">
      {score.reasons.map(({rule, label, why, points, of}) => (
        <li key={rule} className="bar">
          <span>{label}</span>
          <span className="track" aria-hidden>
            <i style={{width: `${of === 0 ? 0 : Math.max(0, Math.min(100, (points / of) * 100))}%`}} />
          </span>
          <span className="pts nowrap">
            <b>{points}</b> <span className="dim">of {of}</span>
          </span>
          <small>{why}</small>
        </li>
      ))}
    </ul>
  </div>
);
