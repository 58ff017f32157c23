import {diffArrays} from 'diff';
import {type Document, linesOf} from './document.ts';

export type SectionChange = {id: string; title: string; removed: string[]; added: string[]};

/** What one version says that the one before did not, line by line; sections that say the same are left out. */
export const differenceOf = (before: Document | undefined, after: Document): SectionChange[] => {
  const sections = new Map(before?.sections.map(section => [section.id, section]));
  const changes = after.sections.map(section => {
    const old = sections.get(section.id);
    sections.delete(section.id);
    const parts = diffArrays(old ? linesOf(old) : [], linesOf(section));
    return {
      id: section.id,
      title: section.title,
      removed: parts.filter(part => part.removed).flatMap(part => part.value),
      added: parts.filter(part => part.added).flatMap(part => part.value),
    };
  });
  const gone = [...sections.values()].map(section => ({
    id: section.id,
    title: section.title,
    removed: linesOf(section),
    added: [],
  }));
  return [...changes, ...gone].filter(({removed, added}) => removed.length + added.length > 0);
};
