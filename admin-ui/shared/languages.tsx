import type {Locale} from '../../appliance/kit/schema.ts';

export const languages: {value: Locale; label: string}[] = [
  {value: 'en', label: 'English'},
  {value: 'de', label: 'German'},
  {value: 'fr', label: 'French'},
  {value: 'es', label: 'Spanish'},
];
export const languageName = (code: string) => languages.find(({value}) => value === code)?.label ?? code;

/** Which of the languages the appliance speaks. */
export const LanguageChecks = ({
  legend,
  value,
  onChange,
  error,
}: {
  legend: string;
  value: readonly Locale[];
  onChange: (languages: Locale[]) => void;
  error?: string | undefined;
}) => (
  <fieldset>
    <legend className="mantine-InputWrapper-label">{legend}</legend>
    <div className="checks">
      {languages.map(language => (
        <label key={language.value} className="check">
          <input
            type="checkbox"
            checked={value.includes(language.value)}
            aria-invalid={error !== undefined && language === languages[0]}
            onChange={event =>
              onChange(
                languages
                  .map(({value: code}) => code)
                  .filter(code =>
                    code === language.value ? event.currentTarget.checked : value.includes(code),
                  ),
              )
            }
          />
          {language.label}
        </label>
      ))}
    </div>
    {error === undefined ? null : (
      <p className="mantine-InputWrapper-error" role="alert">
        {error}
      </p>
    )}
  </fieldset>
);
