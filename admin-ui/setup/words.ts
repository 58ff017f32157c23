import type {StepId} from './answers.ts';

/** What each step asks, and why it asks. */
export const stepWords: Record<StepId, {title: string; why: string}> = {
  organisation: {
    title: 'Who runs this appliance?',
    why: 'Everything you enter stays on this server.',
  },
  region: {
    title: 'Where must the data stay?',
    why: 'The appliance refuses every connection to a place that nobody has declared to be inside this region.',
  },
  administrator: {
    title: 'Who looks after it?',
    why: 'The first administrator. There is no default password, and nobody else can sign in until you invite them.',
  },
  contact: {
    title: 'Whom can visitors ask about their data?',
    why: 'Shown to every visitor in the chat, and in the privacy notice.',
  },
  retention: {
    title: 'How long is data kept?',
    why: 'Enforced from the first night. You can change it later, and see first what a change would delete.',
  },
  website: {
    title: 'Which website gets the chat?',
    why: 'Browsers show the chat on the addresses you list, and nowhere else. You can add more later.',
  },
  review: {
    title: 'Look it over',
    why: 'Nothing has been saved yet. People, websites and retention can be changed in the console later.',
  },
};
