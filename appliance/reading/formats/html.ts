import {Parser} from 'htmlparser2';
import type {Blocks} from '../blocks.ts';
import {readingLimits} from '../contract.ts';
import {Refused} from '../refused.ts';

/** What a reader of the page does not see, or what is no text of it. */
const unread = new Set(
  'script style template noscript svg math iframe object select button nav head canvas audio video textarea'.split(
    ' ',
  ),
);
const breaks = new Set(
  'p div section article main aside header footer ul ol li dl dt dd table caption tr blockquote pre figure figcaption form fieldset address hr br h1 h2 h3 h4 h5 h6 details summary body'.split(
    ' ',
  ),
);
const hidden = (attributes: Record<string, string>): boolean =>
  'hidden' in attributes ||
  attributes['aria-hidden'] === 'true' ||
  /(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d]))/i.test(
    attributes['style'] ?? '',
  );

/** Read as it comes, without a tree: how deep a page is nested costs nothing. */
export const readHtml = (html: string, blocks: Blocks): void => {
  let text = '';
  let depth = 0;
  /** How many of the elements around are not read. */
  let skipped = 0;
  let heading = 0;
  const flush = (): void => {
    const said = text;
    text = '';
    if (heading > 0) blocks.heading(heading, said);
    else blocks.text(said.replaceAll('\n', ' '));
  };
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth += 1;
        if (depth > readingLimits.depth) throw new Refused('broken');
        if (skipped > 0 || unread.has(name) || hidden(attributes)) {
          skipped += 1;
          return;
        }
        if (breaks.has(name)) flush();
        const level = /^h([1-6])$/.exec(name)?.[1];
        if (level) heading = Number(level);
        if ((name === 'td' || name === 'th') && text.trim() !== '') text += ' | ';
      },
      ontext: said => {
        if (skipped === 0) text += said;
      },
      onclosetag: name => {
        depth -= 1;
        if (skipped > 0) {
          skipped -= 1;
          return;
        }
        if (!breaks.has(name)) return;
        flush();
        if (/^h[1-6]$/.test(name)) heading = 0;
      },
    },
    {decodeEntities: true, recognizeSelfClosing: false},
  );
  parser.write(html);
  parser.end();
  flush();
};
