import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of this machine (`localhost`, 127.0.0.1), signed by itself. */
export interface Certificate {
  readonly keyFile: string;
  readonly certFile: string;
  /** In PEM. */
  readonly key: string;
  readonly cert: string;
  remove(): void;
}

/** @returns null where openssl is not there: Node makes none itself */
export function makeCertificate(): Certificate | null {
  const folder = mkdtempSync(join(tmpdir(), 'parley-certificate-'));
  const keyFile = join(folder, 'key.pem');
  const certFile = join(folder, 'cert.pem');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const asked =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1';
  const where = ['-keyout', keyFile, '-out', certFile];
  const made = spawnSync('openssl', [...asked.split(' '), ...where]);
  if (made.status !== 0) {
    remove();
    return null;
  }
  const [key, cert] = [keyFile, certFile].map((file) => readFileSync(file, 'utf8'));
  return { keyFile, certFile, key: key ?? '', cert: cert ?? '', remove };
}
