import type {Task} from '../../../appliance/features/models/models.schema.ts';
import {Note} from '../../shared/components/state.tsx';
import {taskAmount, taskTitle} from './words.ts';

/** The work under way, or how the last one ended. */
export const TaskNote = ({task}: {task: Task | null}) => {
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
      </div>
      <progress
        aria-label={title}
        max={1}
        {...(task.unit === 'steps' || task.total <= 1 ? {} : {value: share})}
      />
      <p className="dim s13">
        {task.kind === 'import' ? '' : 'It goes on when you leave this page. '}Visitors are answered
        meanwhile.
      </p>
    </div>
  );
};
