import type { Secret } from './secret.ts';
import type { Variables } from './variables.ts';

/** A bucket that keeps the files that people send, in place of a folder of this machine. */
export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** Absent: Amazon's own, of the region. */
  readonly endpoint: string | undefined;
  /** Whether the bucket stands in the path, and not before the host's name. */
  readonly pathStyle: boolean;
  /** Begins the name of each object. */
  readonly prefix: string;
  /** Null: those that the machine has (environment, profile, role). */
  readonly login: { readonly keyId: string; readonly key: Secret } | null;
}

/** Null: files lie in a folder of this machine. */
export function s3From(given: Variables, faults: string[]): S3Settings | null {
  const { S3_BUCKET: bucket, S3_ENDPOINT: endpoint } = given;
  const { S3_ACCESS_KEY_ID: keyId, S3_SECRET_ACCESS_KEY: key } = given;
  if ((keyId === undefined) !== (key === undefined)) {
    faults.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together');
  }
  if (bucket === undefined) {
    // Whoever says where, or by which key, means to use it; files would silently stay here.
    if (endpoint !== undefined || keyId !== undefined) faults.push('S3_BUCKET is needed for S3');
    return null;
  }
  return {
    bucket,
    region: given.S3_REGION,
    endpoint,
    // Other services than Amazon's seldom have a name in the DNS for each bucket.
    pathStyle: given.S3_PATH_STYLE ?? endpoint !== undefined,
    prefix: given.S3_PREFIX,
    login: keyId === undefined || key === undefined ? null : { keyId, key },
  };
}
