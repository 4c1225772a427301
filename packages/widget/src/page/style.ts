import { PHONE } from '../loader/style.ts';

const PEEK =
  'div.peek:not(.open){inset:auto var(--right) calc(72px + var(--bottom)) var(--left);width:var(--peek-width);height:var(--peek-height);padding:0;border-radius:18px;translate:none;visibility:visible;opacity:1;transform:none}';

/** Beside the loader's own, in its shadow root. */
export const STYLE = `
${PEEK}
@media ${PHONE}{${PEEK}}
button.worded{display:inline-flex;align-items:center;gap:8px;width:auto;padding:0 20px 0 15px;border-radius:28px;font:600 15px/1 system-ui,sans-serif}
button.worded svg{flex:none}
button.worded[aria-expanded=false]>:nth-child(2){display:none}
button.worded[aria-expanded=true]{display:grid;width:56px;padding:0;border-radius:50%}
button span{max-width:50vw;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
button img{grid-area:1/1;width:100%;height:100%;border-radius:50%;object-fit:cover;opacity:0;transition:opacity .2s}
button.worded img{width:34px;height:34px;order:-1;display:none}
button.pictured img{display:block;opacity:1}
button.pictured>:first-child{display:none}
button.pictured[aria-expanded=true]:not(.worded) img{opacity:0}
button.worded[aria-expanded=true]>:is(:first-child,span,img){display:none}
`;
