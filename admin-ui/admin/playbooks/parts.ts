/** The parts of the editor, in the order in which they are gone through. */
export const parts = [
  {value: 'talk', label: 'Conversation'},
  {value: 'answers', label: 'Answers'},
  {value: 'score', label: 'Score'},
  {value: 'people', label: 'Hours and teams'},
  {value: 'publish', label: 'Review'},
  {value: 'versions', label: 'Versions'},
] as const;
export type Part = (typeof parts)[number]['value'];
