// A slow network between a browser and servers: TCP, with a round trip and a shared bandwidth.
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface LinkSpeed {
  readonly roundTrip_ms: number;
  /** Down to the browser, over all connections together. */
  readonly bandwidth_bit_s: number;
}

/** As Lighthouse's "slow 4G". */
export const SLOW_4G: LinkSpeed = { roundTrip_ms: 150, bandwidth_bit_s: 1_600_000 };

/** All doors of one link share its bandwidth. */
export class SlowLink {
  readonly #speed: LinkSpeed;
  readonly #closers: (() => Promise<void>)[] = [];
  /** When the line is free again. */
  #free_ms = 0;

  constructor(speed: LinkSpeed) {
    this.#speed = speed;
  }

  /** Returns the port on which this target is reached slowly. */
  async open(target: { readonly host: string; readonly port: number }): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((browser) => {
      const upstream = connect(target.port, target.host);
      for (const socket of [browser, upstream]) {
        sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          browser.destroy();
          upstream.destroy();
          sockets.delete(socket);
        });
      }
      // The handshake of a real connection takes a round trip before anything is said.
      const open_ms = performance.now() + this.#speed.roundTrip_ms;
      this.#carry(browser, upstream, () => open_ms);
      this.#carry(upstream, browser, (bytes) => this.#reserve(bytes));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    this.#closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port was given');
    return address.port;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }

  #carry(from: Socket, to: Socket, notBefore_ms: (bytes: number) => number): void {
    let order = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      const arrived_ms = performance.now();
      order = order.then(async () => {
        const half_ms = arrived_ms + this.#speed.roundTrip_ms / 2;
        const at_ms = Math.max(half_ms, notBefore_ms(chunk.length));
        await delay(Math.max(0, at_ms - performance.now()));
        to.write(chunk);
      });
    });
    from.on('end', () => {
      order = order.then(() => void to.end());
    });
  }

  /** When this much is through, after all that is on its way already. */
  #reserve(bytes: number): number {
    const start_ms = Math.max(this.#free_ms, performance.now());
    this.#free_ms = start_ms + (bytes * 8_000) / this.#speed.bandwidth_bit_s;
    return this.#free_ms;
  }
}
