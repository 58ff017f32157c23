/** Why a document was not read, and what whoever uploaded it can do. */
export const refusalWords: Record<string, string> = {
  empty: 'There is nothing in this file. Check that it was saved, and upload it again.',
  unknown_kind: 'This is none of PDF, Word (.docx), HTML, Markdown or plain text. Save it as one of them.',
  old_word:
    'This is a Word file of the old kind (.doc), or one that is protected by a password. Save it as .docx without a password.',
  other_office: 'This is an office file, but no Word document (.docx). Save it as PDF or as .docx.',
  encrypted: 'This file is protected by a password. Save a copy without one, and upload that.',
  broken:
    'This file is damaged, or not built as its kind should be. Save it anew in its program, and upload that.',
  no_text:
    'There is no text in it, only pictures of pages perhaps. Have a program recognise the text (OCR), and upload the result.',
  too_much_text:
    'There is too much text in it: at most 3 million characters, 3,000 pages. Split it into parts.',
  unpacks_too_large:
    'It unpacks to far more than a document holds, which is how harmful files are made. If it is yours, save it as PDF.',
  too_slow:
    'It took more than a minute to read, and was given up. Save it as plain PDF or text, or split it.',
  too_hungry:
    'It needed more memory than a document may have, and was given up. Split it, or save it without pictures.',
  unreadable:
    'The program that reads documents gave up on it. Upload it once more; if it stays so, save it in another format.',
  interrupted: 'The appliance was stopped while it was read. Remove it here and upload it again.',
};
