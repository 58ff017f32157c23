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
}) => (
  <label className="file-choice">
    <span className="mantine-InputWrapper-label">{label}</span>
    <input
      type="file"
      accept={accept}
      disabled={disabled}
      aria-invalid={problem !== null}
      onChange={({currentTarget: {files}}) => onChange(files?.[0] ?? null)}
    />
    {problem === null ? null : <span className="mantine-InputWrapper-error">{problem}</span>}
  </label>
);

/** How much of it has arrived. */
export const Sending = ({share}: {share: number}) => (
  <div>
    <progress aria-label="Sending the file" max={1} value={share} />
    <p className="dim s13">{Math.floor(share * 100)} % sent. Keep this page open until it has arrived.</p>
  </div>
);
