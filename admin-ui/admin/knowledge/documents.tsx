import {Fragment, useState} from 'react';
import type {Document} from '../../../appliance/features/knowledge/knowledge.schema.ts';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Expand} from '../../shared/components/expand.tsx';
import {State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {formatBytes, plural} from '../../shared/format.ts';
import {Passages} from './passages.tsx';
import {extentOf, kindWords, languagesOf, path} from './words.ts';

const Standing = ({document}: {document: Document}) => {
  if (document.state === 'reading') return <State tone="in">Reading</State>;
  if (document.state === 'ready') return <State tone="ok">Ready</State>;
  return (
    <>
      <State tone="da">Refused</State>
      <small className="kn-problem">{document.problem}</small>
    </>
  );
};

const Row = ({document, onRemove}: {document: Document; onRemove: () => void}) => {
  const [open, setOpen] = useState(false);
  const below = `passages-${document.id}`;
  const {title, fileName, kind, size, state} = document;
  return (
    <Fragment>
      <tr>
        <td className="break">
          {state === 'ready' ? (
            <Expand open={open} onToggle={() => setOpen(!open)} controls={below}>
              <b dir="auto">{title}</b>
            </Expand>
          ) : (
            <b dir="auto">{title}</b>
          )}
          <small>{fileName}</small>
        </td>
        <td data-l="State">
          <Standing document={document} />
        </td>
        <td data-l="Holds">
          {kind === null ? formatBytes(size) : `${kindWords[kind]}, ${formatBytes(size)}`}
          {state === 'ready' ? <small>{extentOf(document)}</small> : null}
        </td>
        <td data-l="Language">{languagesOf(document) || '–'}</td>
        <td data-l="Added">
          <Time at={document.uploadedAt} />
          <small>{document.uploadedBy === null ? '' : `by ${document.uploadedBy}`}</small>
        </td>
        <td className="r">
          <button type="button" className="btn d sm" onClick={onRemove}>
            Remove<span className="vh"> {title}</span>
          </button>
        </td>
      </tr>
      {open ? (
        <tr id={below}>
          <td colSpan={6}>
            <Passages documentId={document.id} />
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
};

export const Documents = ({documents}: {documents: Document[]}) => {
  const [asking, setAsking] = useState<Document | null>(null);
  const remove = useAct((id: string) => request('DELETE', `${path}/${id}`), path);
  const close = () => {
    setAsking(null);
    remove.clear();
  };
  return (
    <div className="panel">
      <table className="table stack">
        <thead>
          <tr>
            <th>Document</th>
            <th>State</th>
            <th>Holds</th>
            <th>Language</th>
            <th>Added</th>
            <th>
              <span className="vh">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {documents.map(document => (
            <Row key={document.id} document={document} onRemove={() => setAsking(document)} />
          ))}
        </tbody>
      </table>
      <Consequence
        open={asking !== null}
        title={`Remove ${asking?.title ?? ''}`}
        act="Remove the document"
        busy={remove.busy}
        error={remove.error}
        onClose={close}
        onAct={() => {
          if (asking) void remove.act(asking.id).then(done => done && close());
        }}
      >
        <p>
          {asking?.state === 'ready' ? `Its ${plural(asking.passages, 'passage')} are` : 'It is'} deleted
          here, and nothing of it is quoted from this moment on.
        </p>
        <p>What was quoted already stays in those conversations. To have it again, add its file again.</p>
      </Consequence>
    </div>
  );
};
