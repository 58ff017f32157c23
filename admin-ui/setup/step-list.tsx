import {IconCheck} from '@tabler/icons-react';
import {type Draft, problemsOf, type StepId, steps} from './answers.ts';

/** Where one is and what is answered. A step can be opened once all before it are answered. */
export const StepList = ({at, draft, onGo}: {at: number; draft: Draft; onGo: (step: StepId) => void}) => {
  const answered = steps.map(({id}) => id !== 'review' && Object.keys(problemsOf(id, draft)).length === 0);
  const reachable = (index: number) => answered.slice(0, index).every(Boolean);
  return (
    <nav className="steps" aria-label="Steps of the set-up">
      <ol>
        {steps.map(({id, title}, index) => {
          const done = answered[index] === true && index !== at && reachable(index + 1);
          return (
            <li key={id} className={index === at ? 'on' : done ? 'done' : ''}>
              <button
                type="button"
                aria-current={index === at ? 'step' : undefined}
                aria-disabled={!reachable(index)}
                onClick={() => {
                  if (reachable(index)) onGo(id);
                }}
              >
                <span className="num" aria-hidden>
                  {done ? <IconCheck className="i s" /> : index + 1}
                </span>
                <span className="name">
                  {title}
                  {done ? <span className="vh"> (answered)</span> : null}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
};
