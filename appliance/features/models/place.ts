/** The one host a server is reached at. */
export const placeOf = (url: string) => {
  const {protocol, hostname, port} = new URL(url);
  const plain = protocol === 'http:';
  return {host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (plain ? 80 : 443), plain};
};
