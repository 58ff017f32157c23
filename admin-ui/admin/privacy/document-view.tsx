import type {z} from 'zod';
import type {document as documentSchema} from '../../../appliance/features/privacy/documents.schema.ts';

type Document = z.infer<typeof documentSchema>;
type Block = Document['sections'][number]['blocks'][number];

const View = ({block}: {block: Block}) => {
  if ('p' in block) return <p>{block.p}</p>;
  if ('link' in block)
    return (
      <p>
        <a href={block.href} target="_blank" rel="noreferrer">
          {block.link}
        </a>
      </p>
    );
  if ('list' in block)
    return (
      <ul>
        {block.list.map(item => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    );
  const {head, rows} = block.table;
  return (
    <table className="table stack">
      <thead>
        <tr>
          {head.map(cell => (
            <th key={cell}>{cell}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.join('\n')}>
            {row.map((cell, at) => (
              <td key={head[at]} data-l={at === 0 ? undefined : head[at]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** A document as its readers see it, in its own language. */
export const DocumentView = ({document}: {document: Document}) => (
  <article className="panel paper" lang={document.language}>
    <h3>{document.title}</h3>
    {document.sections.map(section => (
      <section key={section.id}>
        <h4>{section.title}</h4>
        {section.blocks.map(block => (
          <View key={JSON.stringify(block)} block={block} />
        ))}
      </section>
    ))}
  </article>
);
