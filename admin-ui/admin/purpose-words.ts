const words: Record<string, string> = {crm_sync: 'CRM sync'};

/** What a declared purpose is called; one this version does not know is shown as it is. */
export const purposeWord = (purpose: string) => words[purpose] ?? purpose;
