import type {Task} from '../../../appliance/features/models/models.schema.ts';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {path, taskAmount, taskTitle} from './words.ts';

/** The work under way, or how the last one ended. */
export const TaskNote = ({task}: {task: Task | null}) => {
  const stop = useAct(() => request('POST', '/api/admin/model-task/stop'), path);
  if (!task) return null;
  const share = task.total > 0 ? task.done / task.total : 0;
  const title = taskTitle(task);
  if (task.state !== 'running')
    return (
      <div className="mo-task">
        <Note tone={task.state === 'done' ? 'ok' : 'da'} title={title}>
          {task.message}
        </Note>
      </div>
    );
  return (
    <div className="mo-task panel pad">
      <div className="row wrap">
        <b>{title}</b>
        <span className="sp" />
        <span className="dim s13">{taskAmount(task)}</span>
        {task.kind === 'activate' ? null : (
          <button
            type="button"
            className="btn"
            aria-disabled={stop.busy}
            onClick={() => !stop.busy && void stop.act(undefined)}
          >
            Stop<span className="vh"> {title}</span>
          </button>
        )}
      </div>
      <progress
        aria-label={title}
        max={1}
        {...(task.unit === 'steps' || task.total <= 1 ? {} : {value: share})}
      />
      {stop.error ? <Note tone="da">{messageOf(stop.error)}</Note> : null}
      <p className="dim s13">
        {task.kind === 'import' ? '' : 'It goes on when you leave this page. '}Visitors are answered
        meanwhile.
      </p>
    </div>
  );
};
