/** Requests a minute from one address, by area. */
export type RequestsPerMinute = {
  signIn: number;
  visitor: number;
  agent: number;
  admin: number;
  socket: number;
  other: number;
};
export type Area = keyof RequestsPerMinute;

export const defaultRequestsPerMinute: RequestsPerMinute = {
  signIn: 20,
  visitor: 240,
  agent: 1200,
  admin: 600,
  socket: 240,
  other: 3000,
};
