import pino from 'pino';

/** Structured, one JSON line an event. Never hand it personal data; errors are reduced to code and message. */
export type Logger = {
  debug: (fields: Record<string, unknown>, message: string) => void;
  info: (fields: Record<string, unknown>, message: string) => void;
  warn: (fields: Record<string, unknown>, message: string) => void;
  error: (fields: Record<string, unknown>, message: string) => void;
};

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const redacted = ['password', 'token', 'secret', 'authorization', 'cookie', 'text', 'email', 'name', 'phone'];

export const createLogger = (level: LogLevel, destination: NodeJS.WritableStream = process.stderr): Logger =>
  pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {level: label => ({level: label})},
      redact: {paths: [...redacted, ...redacted.map(key => `*.${key}`)], censor: '[redacted]'},
    },
    destination,
  );
