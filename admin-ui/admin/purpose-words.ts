const words: Record<string, string> = {crm: 'CRM sync', 'crm.sync': 'CRM sync', webhook: 'Signed webhook'};

/** What a declared purpose is called; one this version does not know is shown as it is. */
export const purposeWord = (purpose: string) => words[purpose] ?? purpose;
