/** The one line that a site owner puts into a page (SPEC §11). */
export function embedSnippet(origin: string, siteToken: string): string {
  return `<script async src="${origin}/chatbot-widget.js" data-token="${siteToken}"></script>`;
}
