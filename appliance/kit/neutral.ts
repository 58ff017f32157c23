/**
 * Puts look-alikes in the place of marks that chat templates and tokenizers give a meaning. Each takes as many UTF-16
 * code units as what it replaces, so that an offset into the result is the same offset into the text.
 */
export const neutral = (text: string): string =>
  text
    .replace(/<(?=[|｜/<\p{L}])/gu, '‹')
    .replace(/(?<=[|｜])>/gu, '›')
    .replace(/\[(?=\/?[A-Z_]{3,}\])/g, '(')
    .replace(/\{(?=[{%#])|(?<=\{)[{%#]/g, '(')
    .replace(/"""|###|```/g, marks => ({'"': '”', '#': '♯', '`': '´'})[marks[0] ?? '']?.repeat(3) ?? marks);
