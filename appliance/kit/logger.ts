import pino from 'pino';
import {isAppError} from './errors.ts';

/** Structured, one JSON line an event. Never hand it personal data. An error goes under `err`, and is told without values. */
export type Logger = {
  debug: (fields: Record<string, unknown>, message: string) => void;
  info: (fields: Record<string, unknown>, message: string) => void;
  warn: (fields: Record<string, unknown>, message: string) => void;
  error: (fields: Record<string, unknown>, message: string) => void;
};

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const redacted = ['password', 'token', 'secret', 'authorization', 'cookie', 'text', 'email', 'name', 'phone'];

/** What others' errors quote is often what a person wrote: from the first quotation mark to the last nothing is kept. */
const withoutValues = (message: string): string =>
  message
    .replace(statement, '')
    .replace(/(["'`]).*\1/s, '$1…$1')
    .slice(0, 500);
/** Knex puts it before what the database says; it is full of quoted names. */
const statement = /^(?:select|insert|update|delete|with|create|alter|drop)\b.*? - /is;
/** The lines of our files; what stands above them is the message again. */
const placesOf = (stack: string | undefined): string[] =>
  (stack ?? '')
    .split('\n')
    .filter(line => /^ {4}at .*:\d+:\d+\)?$/.test(line))
    .map(line => line.trim());

/**
 * An error for the log: what kind, which code, where. Never what a driver adds to it: PostgreSQL's `detail` holds the row.
 * `depth`: causes told.
 */
const describeError = (error: unknown, depth = 3): unknown => {
  if (!(error instanceof Error)) return {type: typeof error};
  const {code, constraint, table} = error as Error & Record<'code' | 'constraint' | 'table', unknown>;
  const names = Object.entries({code, constraint, table}).filter(([, value]) => typeof value === 'string');
  return {
    type: error.name,
    ...Object.fromEntries(names),
    message: isAppError(error) ? error.message : withoutValues(error.message),
    stack: placesOf(error.stack),
    ...(error.cause === undefined || depth === 0 ? {} : {cause: describeError(error.cause, depth - 1)}),
  };
};

export const createLogger = (level: LogLevel, destination: NodeJS.WritableStream = process.stderr): Logger =>
  pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {level: label => ({level: label})},
      serializers: {err: (error: unknown) => describeError(error)},
      redact: {paths: [...redacted, ...redacted.map(key => `*.${key}`)], censor: '[redacted]'},
    },
    destination,
  );
