import type {z} from 'zod';

type Issue = z.core.$ZodIssue;
const libraryWords = /^(?:Invalid|Too small|Too big|Unrecognized)/;

const size = (issue: {origin: string}, bound: number | bigint): string => {
  if (issue.origin === 'string') return `${bound} ${bound === 1 ? 'character' : 'characters'}`;
  if (issue.origin === 'array' || issue.origin === 'set')
    return `${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  return String(bound);
};

/** A schema's own words where it has some; otherwise what to write, without the library's vocabulary. */
export const plainIssue = (issue: Issue): string => {
  if (!libraryWords.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'This is missing.' : `This must be of the type ${issue.expected}.`;
    case 'too_small':
      return `Give at least ${size(issue, issue.minimum)}.`;
    case 'too_big':
      return `Give at most ${size(issue, issue.maximum)}.`;
    case 'invalid_format':
      return issue.format === 'email'
        ? 'This is not an e-mail address.'
        : 'This is not written in the expected form.';
    case 'invalid_value':
      return `This must be one of: ${issue.values.map(String).join(', ')}.`;
    case 'unrecognized_keys':
      return `Not known here: ${issue.keys.join(', ')}.`;
    default:
      return 'This is not right.';
  }
};

/** Of several forms a value may have, the one it comes closest to: whose own issues are the fewest and the deepest. */
export const nearestIssues = (issue: Issue): Issue[] => {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const misses = (issues: Issue[]) =>
    issues.reduce((sum, {code, path}) => sum + (code === 'unrecognized_keys' || path.length < 2 ? 10 : 1), 0);
  const [nearest = []] = [...issue.errors].sort((a, b) => misses(a) - misses(b));
  return nearest.flatMap(one => nearestIssues({...one, path: [...issue.path, ...one.path]} as Issue));
};
