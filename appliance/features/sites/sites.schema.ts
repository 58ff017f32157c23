import {z} from 'zod';
import {id, instant, locale} from '../../kit/schema.ts';
import {origin} from '../../kit/schema.ts';

export const site = z.object({
  id,
  name: z.string(),
  /** The pages that may show the widget: exact origins. */
  origins: z.array(z.string()),
  languages: z.array(locale),
  defaultLanguage: locale,
  playbookId: z.string(),
  createdAt: instant,
  /** What the administrator pastes into the website. */
  snippet: z.string(),
});
export type Site = z.infer<typeof site>;
const siteInput = z.object({
  name: z.string().trim().min(1).max(120),
  origins: z.array(origin).max(20),
  languages: z.array(locale).min(1),
  defaultLanguage: locale,
  playbookId: z.string().max(60).optional().describe('what the chat asks and answers there'),
});
export const listSites = {response: z.object({sites: z.array(site)})};
export const createSite = {body: siteInput, response: z.object({site})};
export const updateSite = {
  params: z.object({siteId: id}),
  body: siteInput.partial(),
  response: z.object({site}),
};

/** In the frame's page as `<script type="application/json" id="crowlit">`: all the widget needs to draw itself. */
export const widgetSettings = z.object({
  siteId: id,
  company: z.string(),
  siteName: z.string(),
  languages: z.array(locale),
  defaultLanguage: locale,
  /** ISO 3166 country, or EU: browsers know its name in every language. */
  region: z.string(),
  privacyContact: z.string(),
  /** True when at least one agent is available right now. */
  personFree: z.boolean(),
});
export type WidgetSettings = z.infer<typeof widgetSettings>;
