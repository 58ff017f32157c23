/** Two live regions for the whole console: what is read out when the person pauses, and what interrupts. */
const regions = new Map<'polite' | 'assertive', HTMLElement>();

const region = (urgency: 'polite' | 'assertive'): HTMLElement => {
  const known = regions.get(urgency);
  if (known?.isConnected) return known;
  const made = document.createElement('div');
  made.className = 'vh';
  made.setAttribute('aria-live', urgency);
  made.setAttribute('role', urgency === 'polite' ? 'status' : 'alert');
  document.body.append(made);
  regions.set(urgency, made);
  return made;
};

/** Made before the first word, or the first word is not read. */
export const prepareAnnouncements = (): void => {
  region('polite');
  region('assertive');
};

export const announce = (text: string, urgency: 'polite' | 'assertive' = 'polite'): void => {
  const line = document.createElement('p');
  line.textContent = text;
  const place = region(urgency);
  place.append(line);
  while (place.childElementCount > 5) place.firstElementChild?.remove();
  // Old words must not be found by somebody who reads the page later.
  setTimeout(() => line.remove(), 20_000);
};
