import type {z} from 'zod';
import type {sectionChange} from '../../../appliance/features/privacy/documents.schema.ts';

/** What one version says that another did not: marked by word and sign, not by colour alone. */
export const Changes = ({changes}: {changes: z.infer<typeof sectionChange>[]}) => (
  <div className="col">
    {changes.map(({id, title, removed, added}) => (
      <div key={id} className="panel pad">
        <h3 className="diff-head">{title}</h3>
        <ul className="diff">
          {removed.map(line => (
            <li key={`- ${line}`} className="gone">
              <b aria-hidden>−</b>
              <del>
                <span className="vh">No longer: </span>
                {line}
              </del>
            </li>
          ))}
          {added.map(line => (
            <li key={`+ ${line}`} className="new">
              <b aria-hidden>+</b>
              <ins>
                <span className="vh">Now: </span>
                {line}
              </ins>
            </li>
          ))}
        </ul>
      </div>
    ))}
  </div>
);
