/** The page in the widget's frame, and what its browser is told to allow. Pure: the server hands in what it knows. */
import {escapeHtml} from '../../kit/html.ts';
import type {WidgetSettings} from './sites.schema.ts';

/** `build/widget/manifest.json`; paths are under /widget/. */
export type WidgetManifest = {script: string; style: string; demoStyle: string};

/** JSON that can stand inside a script element whatever it says. */
const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const renderFrame = ({
  manifest,
  settings,
  nonce,
}: {
  manifest: WidgetManifest;
  settings: WidgetSettings;
  nonce: string;
}): string => `<!doctype html>
<html lang="${settings.defaultLanguage}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,interactive-widget=resizes-content">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${escapeHtml(settings.company)}</title>
<link rel="stylesheet" href="/widget/${manifest.style}">
<script type="application/json" id="crowlit">${scriptJson(settings)}</script>
<script type="module" nonce="${escapeHtml(nonce)}" src="/widget/${manifest.script}"></script>
</head>
<body><div id="app"></div><noscript>${escapeHtml(settings.company)}: <a href="/privacy/${settings.siteId}/${settings.defaultLanguage}" target="_blank" rel="noopener">${escapeHtml(settings.privacyContact)}</a></noscript></body>
</html>
`;

/** `origins`: the site's list. The appliance's own origin may always show it (the demo page, a preview). */
export const framePolicy = ({origins, nonce}: {origins: string[]; nonce: string}): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors 'self' ${origins.join(' ')}`.trim(),
  ].join('; ');

/** The demo website (`build/widget/demo.html`) with a site's snippet on it. */
export const renderDemo = ({
  template,
  manifest,
  siteId,
  company,
}: {
  template: string;
  manifest: WidgetManifest;
  siteId: string;
  company: string;
}): string =>
  template
    .replaceAll('{{style}}', `/widget/${manifest.demoStyle}`)
    .replaceAll('{{siteId}}', () => escapeHtml(siteId))
    .replaceAll('{{company}}', () => escapeHtml(company));
