/** OWASP's figures for argon2id, which is the package's default: 19 MiB, 2 rounds, 1 lane. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Not in the thread that writes, which knows the commands around it and checks no password. */
const library = () => import('@node-rs/argon2');

/** Of no password that anybody has: checked in place of an agent who does not exist. */
let nobody: Promise<string> | null = null;

export async function hashPassword(password: string): Promise<string> {
  const { hash } = await library();
  return hash(password, OPTIONS);
}

/** In the time of a real check also where there is no such agent (`hash` null): nothing tells them apart. */
export async function verifyPassword(
  passwordHash: string | null,
  password: string,
): Promise<boolean> {
  const { verify } = await library();
  if (passwordHash !== null) return verify(passwordHash, password);
  nobody ??= hashPassword(crypto.randomUUID());
  await verify(await nobody, password);
  return false;
}
