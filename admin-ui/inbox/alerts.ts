/** How the inbox calls an agent who looks elsewhere: sound, a desktop notification, the count in the title. */
import {createStore} from './store.ts';

export type Alerts = {sound: boolean; desktop: 'unasked' | 'allowed' | 'refused' | 'impossible'};
const soundKey = 'crowlit-inbox-sound';

const permission = (): Alerts['desktop'] => {
  if (!('Notification' in globalThis) || !globalThis.isSecureContext) return 'impossible';
  return ({default: 'unasked', granted: 'allowed', denied: 'refused'} as const)[Notification.permission];
};
const remembered = (): boolean => {
  try {
    return localStorage.getItem(soundKey) !== 'off';
  } catch {
    return true;
  }
};

/** Two rising notes for somebody who waits, one low note for a line in a conversation one already has. */
const melodies = {
  offer: [
    {at: 0, hertz: 659},
    {at: 0.16, hertz: 880},
  ],
  line: [{at: 0, hertz: 523}],
};

export const createAlerts = () => {
  const store = createStore<Alerts>({sound: remembered(), desktop: permission()});
  let audio: AudioContext | null = null;
  const shown = new Map<string, Notification>();

  /** Browsers let a page sound only after somebody touched it. */
  const wakeAudio = () => {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume().catch(() => undefined);
  };
  addEventListener('pointerdown', wakeAudio, {capture: true, passive: true});
  addEventListener('keydown', wakeAudio, {capture: true, passive: true});

  const play = (melody: keyof typeof melodies): void => {
    if (!audio || audio.state !== 'running') return;
    for (const {at, hertz} of melodies[melody]) {
      const start = audio.currentTime + at;
      const tone = new OscillatorNode(audio, {type: 'triangle', frequency: hertz});
      const volume = new GainNode(audio, {gain: 0});
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(melody === 'offer' ? 0.22 : 0.1, start + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.32);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.35);
    }
  };

  return {
    store,
    setSound: (sound: boolean): void => {
      store.set({...store.get(), sound});
      try {
        localStorage.setItem(soundKey, sound ? 'on' : 'off');
      } catch {
        // remembered until the page is left
      }
      if (sound) play('offer');
    },
    /** Only ever from a button that says what it asks for. */
    askDesktop: async (): Promise<void> => {
      await Notification.requestPermission();
      store.set({...store.get(), desktop: permission()});
    },
    sound: (melody: keyof typeof melodies): void => {
      if (store.get().sound) play(melody);
    },
    desktop: (tag: string, title: string, body: string, onOpen: () => void): void => {
      if (permission() !== 'allowed' || (document.hasFocus() && !document.hidden)) return;
      try {
        const one = new Notification(title, {body, tag});
        one.onclick = () => {
          window.focus();
          one.close();
          onOpen();
        };
        shown.get(tag)?.close();
        shown.set(tag, one);
      } catch {
        // phones show notifications from service workers only; sound and list remain
      }
    },
    withdraw: (tag: string): void => {
      shown.get(tag)?.close();
      shown.delete(tag);
    },
    /** "(2) Inbox · Crowlit", on whatever page of the console. */
    title: (count: number): void => {
      const bare = document.title.replace(/^\(\d+\) /, '');
      const title = count > 0 ? `(${count}) ${bare}` : bare;
      if (title !== document.title) document.title = title;
    },
    stop: (): void => {
      removeEventListener('pointerdown', wakeAudio, {capture: true});
      removeEventListener('keydown', wakeAudio, {capture: true});
      for (const one of shown.values()) one.close();
      shown.clear();
      void audio?.close().catch(() => undefined);
      audio = null;
    },
  };
};
export type AlertsControl = ReturnType<typeof createAlerts>;
