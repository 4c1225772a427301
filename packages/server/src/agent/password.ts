/** `argon2id` with OWASP's figures (19 MiB, 2 rounds, 1 lane). */
export declare function hashPassword(password: string): Promise<string>;

/** In the time of a real check also where there is no such agent (`hash` null): nothing tells them apart. */
export declare function verifyPassword(hash: string | null, password: string): Promise<boolean>;
