/** The app that our server has in a benchmark. */
export const PARLEY_APP = { id: 'bench', key: 'bench-key', secret: 'bench-secret' };
