import {keepPreviousData, useQuery} from '@tanstack/react-query';
import {useDebouncedValue} from '@mantine/hooks';
import type {declaration} from '../../appliance/features/privacy/residency.schema.ts';
import {type Answer, type Body, request} from '../shared/api.ts';
import {Note} from '../shared/components/state.tsx';
import {messageOf} from '../shared/field-errors.ts';
import type {ExceptionDraft} from './exception.tsx';

export type Signing = Pick<Body<typeof declaration>, 'purpose' | 'categories' | 'plain'>;

/** Word for word what is kept in the audit log once it is signed: the appliance writes it, so both are the same. */
export const Sentence = ({
  where,
  region,
  inside,
  exception,
  signing,
}: {
  where: string;
  region: string;
  inside: boolean;
  exception: ExceptionDraft;
  signing: Signing;
}) => {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(where) ?? [];
  const whole: Body<typeof declaration> = {
    host,
    port: Number(port),
    region,
    private: inside,
    ...signing,
    ...exception.body,
  };
  const [body] = useDebouncedValue(whole, 300);
  const {data, error} = useQuery({
    queryKey: ['/api/admin/destination-declaration', JSON.stringify(body)],
    queryFn: ({signal}) =>
      request<Answer<typeof declaration>>('POST', '/api/admin/destination-declaration', body, {signal}),
    placeholderData: keepPreviousData,
    enabled: host !== '' && (!exception.needed || exception.terms !== null),
    retry: false,
  });
  if (exception.needed && exception.terms === null) return null;
  if (error) return <Note tone="at">{messageOf(error)}</Note>;
  return data ? (
    <blockquote className="t2 break" style={{margin: 0}} aria-label="What is recorded, word for word">
      “{data.sentence}”
    </blockquote>
  ) : null;
};
