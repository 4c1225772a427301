/** Here the panel fills the screen: upright phones, phones on their side, and all that is as narrow. */
export const PHONE = '(max-width:479px),(max-height:479px) and (pointer:coarse)';

/**
 * The loader's styles. A constructed sheet in a shadow root: no page's content policy stands in its
 * way, nothing of it leaks into the page, nothing of the page into it.
 */
export const STYLE = `
:host{--right:calc(20px + env(safe-area-inset-right));--left:auto;--bottom:calc(20px + env(safe-area-inset-bottom));color-scheme:light dark}
:host(.left){--left:calc(20px + env(safe-area-inset-left));--right:auto}
:host(.light){color-scheme:light}
:host(.dark){color-scheme:dark}
button,div{position:fixed;inset:auto var(--right) var(--bottom) var(--left);box-sizing:border-box}
button{display:grid;place-items:center;width:56px;height:56px;padding:0;border:1px solid #ffffff26;border-radius:50%;background:var(--fill);color:var(--ink);cursor:pointer;box-shadow:0 1px 3px #0003,0 10px 28px -6px #0006;transition:transform .2s}
button:hover{transform:scale(1.06)}
button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px var(--fill)}
svg{grid-area:1/1;width:28px;height:28px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round;transition:.2s}
[aria-expanded=true]>:first-child,[aria-expanded=false]>:nth-child(2){opacity:0;transform:rotate(-40deg)}
b{position:absolute;top:-4px;right:-4px;min-width:18px;padding:0 2px;border:2px solid #fff;border-radius:11px;background:#d92d20;color:#fff;font:600 11.5px/18px system-ui,sans-serif;text-align:center}
[hidden]{display:none}
div{bottom:calc(72px + var(--bottom));width:min(400px,100vw - 40px);height:min(680px,100dvh - 112px);overflow:hidden;border-radius:18px;background:light-dark(#fff,#16171b);box-shadow:0 0 0 1px #8883,0 24px 64px -12px #0006;transition:transform .2s,opacity .2s,visibility .2s}
div:not(.open){visibility:hidden;opacity:0;transform:translateY(14px)}
div::after{content:"";position:absolute;inset:0;margin:auto;width:26px;height:26px;border:3px solid #80808040;border-top-color:var(--fill);border-radius:50%;animation:t .8s linear infinite}
iframe{width:100%;height:100%;border:0;opacity:0;transition:.2s}
.ready>iframe{opacity:1}
.ready::after{display:none}
@keyframes t{to{transform:rotate(1turn)}}
@media ${PHONE}{div{inset:0 auto auto 0;width:100%;height:var(--height,100dvh);translate:0 var(--top,0);border-radius:0;padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left)}.open.ready~button{visibility:hidden}}
@media (prefers-reduced-motion){*{transition:none!important}}
@media (forced-colors:active){div{outline:1px solid}}
@media print{:host{display:none!important}}
`;
