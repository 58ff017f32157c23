/** The one host an address is reached at. */
export const placeOf = (url: string): {host: string; port: number; plain: boolean} => {
  const {protocol, hostname, port} = new URL(url);
  const plain = protocol === 'http:';
  return {host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (plain ? 80 : 443), plain};
};

/** What a file is called by its address: never the query, which may hold a secret. */
export const fileIn = (url: string): string => {
  const {pathname, hostname} = new URL(url);
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  return last.replaceAll(/[^\w.-]+/gu, '-').slice(-120) || hostname;
};
