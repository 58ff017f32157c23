import type {Overview} from '../../../appliance/features/models/models.schema.ts';
import {CopyBox} from '../../shared/components/copy.tsx';
import {Section} from '../../shared/components/page.tsx';
import {formatBytes} from '../../shared/format.ts';
import {languagesOf} from './words.ts';

/** How a model gets to a server that reaches nothing, and which ones are worth it. */
export const Bring = ({overview}: {overview: Overview}) => {
  const {catalogue, machine, importFolder, models} = overview;
  const here = new Set(models.map(({name}) => name));
  const others = catalogue.filter(({name}) => !here.has(name));
  return (
    <>
      <Section title="Bring another one" hint="This server fetches nothing by itself">
        <div className="panel form col">
          <ol className="mo-steps">
            <li>
              On a computer with internet, open the publisher’s page of a model below and download its GGUF
              file. Note the SHA-256 that the page shows for it.
            </li>
            <li>
              Carry the file over: by this page, or on a disk to the server’s import folder. Or put it on a
              host in your region that is declared for it; this server fetches it from there, and from nowhere
              else.
            </li>
            <li>
              Import it with that SHA-256. A file that is cut off, changed or no model is refused before
              anything runs it.
            </li>
            <li>
              Measure its accuracy here, then activate it; one that finds passages is tried and used in one
              go.
            </li>
          </ol>
          <CopyBox
            text={`crowlit model import ${importFolder.path}/FILE.gguf --sha256 HEX`}
            what="the command that imports a file"
          />
        </div>
      </Section>
      {others.length === 0 ? null : (
        <Section title="Worth a try" hint="Licences that allow it; sizes rounded, accuracy not measured here">
          <div className="panel">
            <table className="table stack">
              <thead>
                <tr>
                  <th>Model</th>
                  <th>Licence</th>
                  <th>File</th>
                  <th>Memory</th>
                  <th>Languages</th>
                </tr>
              </thead>
              <tbody>
                {others.map(one => (
                  <tr key={one.id}>
                    <td>
                      <b>{one.name}</b>
                      {one.kind === 'embedding' ? <small>Finds passages</small> : null}
                      <small className="break">{one.source.replace('https://', '')}</small>
                    </td>
                    <td data-l="Licence" className="nowrap">
                      {one.licence}
                    </td>
                    <td data-l="File" className="break">
                      <span className="mono">{one.file}</span>
                      <small>
                        {one.approximateSize === null ? '' : `about ${formatBytes(one.approximateSize)}`}
                      </small>
                    </td>
                    <td data-l="Memory" className="nowrap">
                      about {formatBytes(one.ram)}
                      {one.ram > machine.memory ? <small>More than this server has</small> : null}
                    </td>
                    <td data-l="Languages">{languagesOf(one.languages)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}
    </>
  );
};
