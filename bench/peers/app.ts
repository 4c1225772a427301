/** The app that our server has in a benchmark. */
export const PARLEY_APP = { id: 'bench', key: 'bench-key', secret: 'bench-secret' };

/** The site of the whole server. */
export const PARLEY_SITE = { token: 'bench-site-token-of-parley' };

/** Its first agent. */
export const PARLEY_OWNER = {
  email: 'bench@parley.example',
  password: 'the password of the bench',
};
