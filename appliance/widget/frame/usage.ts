/** The visitor's own view of what is measured of them, and their answer: one request each, with the chat's key. */
import type {ownUsage, usageStanding} from '../../features/insights/usage.schema.ts';
import type {z} from 'zod';

export type Standing = z.infer<typeof usageStanding>;
export type OwnUsage = z.infer<(typeof ownUsage)['response']>;
export type UsageAnswer = {
  answer: 'agreed' | 'noted' | 'declined';
  where: 'bar' | 'panel';
  question?: string;
};
export type Usage = ReturnType<typeof createUsage>;

/** Both are an objection, from the first moment on. */
export const browserObjects = (): boolean => {
  const {globalPrivacyControl, doNotTrack} = navigator as {
    globalPrivacyControl?: boolean;
    doNotTrack?: string;
  };
  return globalPrivacyControl === true || doNotTrack === '1';
};

export const createUsage = ({
  token,
  language,
  page,
  onAnswered,
}: {
  token: () => string | null;
  language: string;
  page: () => string;
  onAnswered: (standing: Standing) => void;
}) => {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`/api/visitor/usage${path}`, {
      method,
      credentials: 'omit',
      headers: {authorization: `Bearer ${token()}`, 'content-type': 'application/json'},
      ...(body && {body: JSON.stringify(body)}),
    });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  };
  return {
    own: async () => (await call('GET', `?language=${language}`)) as OwnUsage,
    answer: async (given: UsageAnswer): Promise<void> => {
      const {usage} = (await call('PUT', '', {...given, language, page: page()})) as {usage: Standing};
      onAnswered(usage);
    },
  };
};
