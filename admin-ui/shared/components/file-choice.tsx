import {useId} from 'react';

/** Which file of this computer. */
export const FileChoice = ({
  label,
  accept,
  disabled,
  problem,
  onChange,
}: {
  label: string;
  accept: string;
  disabled: boolean;
  problem: string | null;
  onChange: (file: File | null) => void;
}) => {
  const id = useId();
  return (
    <div className="file-choice">
      <label className="mantine-InputWrapper-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="file"
        accept={accept}
        disabled={disabled}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onChange={({currentTarget: {files}}) => onChange(files?.[0] ?? null)}
      />
      {problem === null ? null : (
        <span className="mantine-InputWrapper-error" id={`${id}-problem`}>
          {problem}
        </span>
      )}
    </div>
  );
};

/** How much of it has arrived. */
export const Sending = ({share}: {share: number}) => (
  <div>
    <progress aria-label="Sending the file" max={1} value={share} />
    <p className="dim s13">{Math.floor(share * 100)} % sent. Keep this page open until it has arrived.</p>
  </div>
);
