/**
 * Which of the nodes reports what happens to a name: the one with the highest score for it. All
 * who know of the same nodes agree without asking, names spread over the nodes, and when a node
 * goes only its own names change hands.
 */
export function speakerFor(name: string, nodeIds: readonly string[]): string | null {
  let best: string | null = null;
  let bestScore = -1;
  for (const nodeId of nodeIds) {
    const score = hash(nodeId + name);
    if (score < bestScore || (score === bestScore && best !== null && nodeId > best)) continue;
    best = nodeId;
    bestScore = score;
  }
  return best;
}

/** FNV-1a, its bits mixed once more (as MurmurHash ends), for names often differ in the last. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
