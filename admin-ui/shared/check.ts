/** The same judgements the appliance makes, made while one still sits at the field. The appliance has the last word. */
export const emailProblem = (value: string) => {
  if (value.trim() === '') return 'Write an e-mail address.';
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim())
    ? null
    : 'This is not an e-mail address. It looks like name@example.com.';
};

export const requiredProblem = (value: string, what: string) =>
  value.trim() === '' ? `Write ${what}.` : null;

export const originProblem = (value: string) => {
  if (!/^https?:\/\//i.test(value)) return `“${value}” lacks https:// at its start.`;
  if (!URL.canParse(value)) return `“${value}” is not a web address.`;
  return null;
};

/** What a person pastes (`https://www.example.com/shop?x`) as the origin browsers compare (`https://www.example.com`). */
export const toOrigin = (value: string) => {
  const text = value.trim();
  const guess = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(guess)) return text;
  const url = new URL(guess);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : text;
};

export const daysProblem = (value: number | string) => {
  const days = typeof value === 'number' ? value : Number(value);
  if (value === '' || !Number.isInteger(days)) return 'Write a whole number of days.';
  return days < 1 || days > 3650 ? 'Between 1 and 3,650 days.' : null;
};
