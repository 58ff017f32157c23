import {X509Certificate} from 'node:crypto';

const parses = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
};

/** One certificate in PEM and nothing else: above all no key, which has no business beside it. */
export const isOneCertificate = (pem: string): boolean =>
  /^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----$/.test(pem) && parses(pem);
