import {useQuery} from '@tanstack/react-query';
import {type FormEvent, useState} from 'react';
import type {
  beginSecondFactor,
  confirmSecondFactor,
} from '../../../appliance/features/accounts/second-factor.schema.ts';
import {type Answer, ApiError, request} from '../../shared/api.ts';
import {CodeField} from '../../shared/components/code-field.tsx';
import {CopyBox} from '../../shared/components/copy.tsx';
import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {adoptSession} from '../../shared/session.tsx';
import {QrCode} from './qr.tsx';

const path = '/api/session/second-factor';
const inFours = (secret: string) => secret.replaceAll(/(.{4})(?=.)/g, '$1 ');

/** Scan, or type in; then the first code, which puts it in force. */
export const SetUp = ({
  onDone,
  onCancel,
}: {
  onDone: (recoveryCodes: string[]) => void;
  onCancel?: (() => void) | undefined;
}) => {
  const {data, error, refetch} = useQuery({
    queryKey: ['second-factor-secret'],
    queryFn: () => request<Answer<typeof beginSecondFactor>>('POST', path),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const [code, setCode] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!/^\d{6}$/.test(code.replaceAll(' ', ''))) {
      setFailure('Type the six digits your app shows.');
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      const done = await request<Answer<typeof confirmSecondFactor>>('PUT', path, {code});
      adoptSession(done.session);
      onDone(done.recoveryCodes);
    } catch (caught) {
      setFailure(messageOf(caught));
      setBusy(false);
      if (caught instanceof ApiError && caught.code === 'accounts.nothing_to_confirm') void refetch();
    }
  };
  if (error) return <LoadFailed what="A new secret" error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="a new secret" rows={6} />;
  return (
    <form className="panel pad factor" onSubmit={event => void send(event)} noValidate>
      <ol>
        <li className="col">
          <h2>Scan this with an authenticator app</h2>
          <p className="t2">
            Any app for one-time codes will do, on a phone or in a password manager. The picture is drawn in
            this browser and shown once.
          </p>
          <QrCode text={data.uri} label="QR code for your authenticator app; the same as text is below" />
          <div>
            <p className="dim s13" style={{marginBottom: 6}}>
              No camera? Type this in instead: time-based, six digits.
            </p>
            <CopyBox text={inFours(data.secret)} what="the secret" />
          </div>
        </li>
        <li className="col">
          <h2>Type the code the app shows</h2>
          <CodeField value={code} onChange={setCode} error={failure} recovery={false} focus={false} />
          <div className="row wrap">
            <button type="submit" className="btn p" disabled={busy}>
              {busy ? 'Checking' : 'Turn it on'}
            </button>
            {onCancel === undefined ? null : (
              <button type="button" className="btn" onClick={onCancel}>
                Cancel
              </button>
            )}
          </div>
          <p className="dim s13">Everywhere else you will be signed out.</p>
        </li>
      </ol>
    </form>
  );
};
