import {IconDownload} from '@tabler/icons-react';
import type {z} from 'zod';
import type {series as seriesSchema} from '../../../appliance/features/privacy/documents.schema.ts';
import {withQuery} from '../../shared/api.ts';

export type Series = z.infer<typeof seriesSchema>;

const names: Record<Series, string> = {
  notice: 'Notice',
  register: 'Register',
  record: 'Record',
  assessment: 'DPIA',
};

/** The files of a document, each with its own name: several stand beside each other. */
export const Downloads = ({series, language}: {series: Series; language?: string}) => (
  <>
    {(['pdf', 'json'] as const).map(type => (
      <a
        key={type}
        className="btn sm"
        href={withQuery(`/api/admin/documents/${series}/${type}`, {language})}
        download
      >
        <IconDownload className="i s" aria-hidden />
        {names[series]} as {type.toUpperCase()}
      </a>
    ))}
  </>
);

export const SchemaLink = ({series}: {series: Series}) => (
  <a href={`/api/admin/documents/${series}/schema`} download>
    JSON Schema
  </a>
);
