/** Below this width the panel fills the screen. In CSS pixels. */
export const PHONE = '(max-width: 479px)';

/**
 * The loader's styles. A constructed sheet in a shadow root: no page's content policy stands in its
 * way, nothing of it leaks into the page, nothing of the page into it.
 */
export const STYLE = `
:host{--fill:#2563eb;--ink:#fff;--edge:20px;--panel:#fff;--line:#0000001a;--side:auto;--other:auto}
button{all:unset;box-sizing:border-box;position:fixed;inset:auto var(--right) calc(var(--edge) + env(safe-area-inset-bottom)) var(--left);display:grid;place-items:center;inline-size:56px;block-size:56px;border:1px solid #ffffff26;border-radius:50%;background:var(--fill);color:var(--ink);cursor:pointer;touch-action:manipulation;-webkit-tap-highlight-color:transparent;box-shadow:0 1px 3px #0000002e,0 10px 28px -6px #00000052;transition:transform .2s cubic-bezier(.2,.9,.3,1.2),background-color .2s,box-shadow .2s}
button:hover{transform:scale(1.06);box-shadow:0 2px 5px #00000033,0 14px 34px -6px #0000005c}
button:active{transform:scale(.96)}
button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px var(--fill),0 10px 28px -6px #00000052}
svg{grid-area:1/1;inline-size:28px;block-size:28px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round;transition:transform .22s,opacity .16s}
.open>svg:first-of-type,button:not(.open)>svg:last-of-type{opacity:0;transform:rotate(-40deg) scale(.6)}
b{position:absolute;inset-block-start:-3px;inset-inline-end:-3px;box-sizing:border-box;min-inline-size:22px;padding:0 6px;border:2px solid #fff;border-radius:11px;background:#d92d20;color:#fff;font:600 11.5px/18px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;text-align:center}
[hidden]{display:none!important}
div{position:fixed;inset:auto var(--right) calc(var(--edge) + 72px + env(safe-area-inset-bottom)) var(--left);inline-size:min(400px,100vw - 2*var(--edge));block-size:min(680px,100dvh - 2*var(--edge) - 72px);box-sizing:border-box;overflow:hidden;border-radius:18px;background:var(--panel);color-scheme:var(--scheme);box-shadow:0 0 0 1px var(--line),0 4px 12px #0000001a,0 24px 64px -12px #0000004d;transform-origin:var(--origin) 100%;transition:transform .24s cubic-bezier(.2,.9,.3,1.05),opacity .16s,visibility .24s}
div:not(.open){visibility:hidden;opacity:0;transform:translateY(14px) scale(.96);pointer-events:none}
div::after{content:"";position:absolute;inset:0;margin:auto;inline-size:26px;block-size:26px;border:3px solid #80808040;border-top-color:var(--fill);border-radius:50%;animation:t .8s linear infinite}
div.ready::after{display:none}
iframe{display:block;inline-size:100%;block-size:100%;border:0;opacity:0;transition:opacity .15s}
.ready>iframe{opacity:1}
@keyframes t{to{transform:rotate(1turn)}}
@media ${PHONE}{div{inset:0 auto auto 0;inline-size:100%;block-size:var(--height,100dvh);translate:0 var(--top,0);border-radius:0;box-shadow:none;padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left)}div.open.ready~button{visibility:hidden}}
@media (prefers-reduced-motion:reduce){*,::after{transition-duration:.01ms!important;animation-duration:2s!important}}
@media (forced-colors:active){button{border:2px solid ButtonText}}
@media print{button,div{display:none}}
`;
