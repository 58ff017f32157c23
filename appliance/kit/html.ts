const escapes: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};

/** Words that can stand in an element or a quoted attribute, whatever they say. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, found => escapes[found] ?? '');
