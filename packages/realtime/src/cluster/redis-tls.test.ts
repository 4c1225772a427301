import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
  type TLSSocket,
} from 'node:tls';
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { freePort } from '../../../../scripts/testing/free-port.ts';
import { makeCertificate, type Certificate } from '../../../../scripts/testing/certificate.ts';
import { startRedis } from '../../../../scripts/testing/redis-server.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { startRealtime } from '../testing/running-server.ts';
import { backend } from '../testing/sdk-clients.ts';
import { createRedisBus } from './redis-bus.ts';
import { probeRedis } from './redis-probe.ts';
import { serverNameOf } from './redis-tls.ts';

const redisServer = inject('redisServer');
const PATIENT = { timeout: 20_000, interval: 50 };
const TIMES = { heartbeat_ms: 500, nodeTimeout_ms: 4_000 };

const certificate = redisServer === null ? null : makeCertificate();
afterAll(() => certificate?.remove());
if (certificate === null) console.warn('openssl is not there: Redis over TLS is not tried');

/** Redis itself speaks TLS on a second port. */
async function redisWith({ certFile, keyFile }: Certificate) {
  const tlsPort = await freePort();
  const redis = await startRedis(redisServer ?? '', {
    settings: [
      `--tls-port ${tlsPort} --tls-auth-clients no --tls-cert-file ${certFile}`,
      `--tls-key-file ${keyFile} --tls-ca-cert-file ${certFile}`,
    ].flatMap((settings) => settings.split(' ')),
  });
  onTestFinished(async () => redis.stop());
  return { port: redis.port, url: `rediss://127.0.0.1:${tlsPort}` };
}

/** As a proxy with several servers behind it: whoever does not say which one is meant is sent away. */
async function startProxy({ key, cert }: Certificate, port: number): Promise<string> {
  const proxy = createTlsServer({ key, cert }, (socket: TLSSocket) => {
    socket.on('error', () => socket.destroy());
    if (!socket.servername) {
      socket.destroy();
      return;
    }
    const redis = connect(port, '127.0.0.1').on('error', () => socket.destroy());
    socket.pipe(redis).pipe(socket);
    socket.on('close', () => redis.destroy());
  }).listen(0);
  await once(proxy, 'listening');
  onTestFinished(() => void proxy.close());
  return `rediss://localhost:${(proxy.address() as AddressInfo).port}`;
}

async function startNode(url: string) {
  const warnings: string[] = [];
  const nothing = (): void => undefined;
  const warn = ({ err }: { err?: Error }, message: string): number =>
    warnings.push(`${message}: ${err?.message}`);
  const logger = { debug: nothing, info: nothing, warn, error: nothing };
  const node = await startRealtime({ bus: createRedisBus({ url, logger }), clusterTimes: TIMES });
  return { node, warnings };
}

describe.skipIf(redisServer === null || certificate === null)('Redis over TLS', () => {
  test(
    '[PP-4] a certificate that is not trusted leaves each node alone, and is told once; trusted, they are one',
    { timeout: 60_000 },
    async () => {
      if (certificate === null) return;
      const { url, port } = await redisWith(certificate);
      const proxyUrl = await startProxy(certificate, port);
      const [here, there] = await Promise.all([startNode(url), startNode(proxyUrl)]);
      for (const { warnings } of [here, there]) {
        await expect.poll(() => warnings.length, PATIENT).toBeGreaterThan(1);
      }
      await expect(probeRedis(url)).rejects.toThrow('self-signed certificate');
      const ann = await connectRaw(here.node);
      await ann.join('cache-chat');
      await backend(here.node).trigger('cache-chat', 'alone', 1);
      await ann.next('alone');
      for (const { warnings } of [here, there]) {
        // Of the connection that listens, and of the one that publishes.
        expect(warnings).toHaveLength(2);
        for (const said of warnings) expect(said).toMatch(/not to be had: self-signed certificate/);
      }

      const trusted = getCACertificates('default');
      onTestFinished(() => setDefaultCACertificates(trusted));
      setDefaultCACertificates([...trusted, certificate.cert]);
      for (const { node } of [here, there]) {
        await expect.poll(() => node.server.clusterFigures()?.nodes, PATIENT).toBe(2);
      }
      for (const one of [url, proxyUrl]) expect(await probeRedis(one)).toBeGreaterThan(0);
      await backend(there.node).trigger('cache-chat', 'together', 2);
      await ann.next('together');
      const late = await startNode(proxyUrl);
      await expect.poll(() => late.node.server.clusterFigures()?.nodes, PATIENT).toBe(3);
      const bob = await connectRaw(late.node);
      await bob.join('cache-chat');
      expect(await bob.next('together')).toMatchObject({ data: '2' });
    },
  );

  test('a server is told its name, which a number is not', () => {
    const named = { tls: true, servername: 'redis.example' };
    expect(serverNameOf('rediss://:secret@redis.example:6380/2')).toEqual(named);
    for (const url of ['redis://redis.example', 'rediss://192.0.2.1:6380', 'rediss://[::1]']) {
      expect(serverNameOf(url)).toEqual({});
    }
  });
});
