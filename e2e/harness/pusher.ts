import PusherJs from 'pusher-js';

// In Node the package is the class itself; its types describe a module with a default export.
export const Pusher = PusherJs as unknown as typeof PusherJs.default;
