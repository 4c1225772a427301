import { PEERS, type PeerName } from './peers/peer.ts';
import { ROW, type Row } from './rows.ts';
import { ROWS, type Measured, type RowName } from './work.ts';

/** All that was measured, by row and server; a figure for each round. */
export class Results {
  readonly #measured = new Map<RowName, Map<PeerName, Measured[]>>();

  add(peer: PeerName, measured: Measured): void {
    const row = this.#measured.get(measured.row) ?? new Map<PeerName, Measured[]>();
    this.#measured.set(measured.row, row);
    row.set(peer, [...(row.get(peer) ?? []), measured]);
  }

  /** One figure, as it comes in. */
  static line(peer: PeerName, measured: Measured): string {
    const { scale, unit } = ROW[measured.row];
    const figure = `${digits(measured.value / scale)} ${unit}`;
    return `${measured.row.padEnd(14)}  ${peer.padEnd(9)}  ${figure.padEnd(26)}  ${also([measured])}`;
  }

  /** A Markdown table: medians, what they range over, and ours against each other and the goal. */
  table(): string {
    const lines = [
      '| work | server | median | least … most | ours ÷ it (by round) | goal | |',
      '|---|---|---:|---:|---:|---:|---|',
    ];
    for (const name of ROWS) {
      const row = this.#measured.get(name);
      if (!row) continue;
      for (const peer of PEERS) {
        const measured = row.get(peer);
        if (measured) lines.push(line(ROW[name], peer, measured, row.get('ours')));
      }
    }
    return lines.join('\n');
  }

  /** Where the CPU of ours went, for each row that was profiled. The last round's. */
  profiles(): string {
    const texts: string[] = [];
    for (const [name, row] of this.#measured) {
      const profile = row.get('ours')?.at(-1)?.profile;
      if (!profile) continue;
      const lines = profile.map(
        ({ function: text, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${text}`,
      );
      texts.push([`${ROW[name].title}: self time of ours`, ...lines].join('\n'));
    }
    return texts.join('\n\n');
  }
}

function line(
  row: Row,
  peer: PeerName,
  measured: readonly Measured[],
  ours: readonly Measured[] | undefined,
): string {
  const values = measured.map(({ value }) => value / row.scale);
  const figures = [
    row.title,
    peer,
    `${digits(median(values))} ${row.unit}`,
    `${digits(Math.min(...values))} … ${digits(Math.max(...values))}`,
    ...(peer === 'ours' || !ours ? alone(row, measured) : against(row, peer, measured, ours)),
  ];
  return `| ${figures.join(' | ')} |`;
}

function alone(row: Row, measured: readonly Measured[]): string[] {
  if (row.limit === undefined) return ['', '', also(measured)];
  const isMet = measured.every(({ value }) => value / row.scale <= (row.limit ?? 0));
  return ['', `≤ ${row.limit} ${row.unit}`, `${isMet ? 'met' : 'NOT MET'}; ${also(measured)}`];
}

function against(
  row: Row,
  peer: PeerName,
  measured: readonly Measured[],
  ours: readonly Measured[],
): string[] {
  const ratio = median(ours.map(({ value }) => value)) / median(measured.map(({ value }) => value));
  const ofRounds = measured.map(({ value }, round) => (ours[round]?.value ?? Number.NaN) / value);
  const range = `${Math.min(...ofRounds).toFixed(2)} … ${Math.max(...ofRounds).toFixed(2)}`;
  const shown = `${ratio.toFixed(2)} (${range})`;
  const goal = row.goals[peer];
  if (goal === undefined) return [shown, '', also(measured)];
  const isMet = row.better === 'less' ? ratio <= goal : ratio >= goal;
  const sign = row.better === 'less' ? '≤' : '≥';
  return [shown, `${sign} ${goal}`, `${isMet ? 'met' : 'NOT MET'}; ${also(measured)}`];
}

function also(measured: readonly Measured[]): string {
  const names = Object.keys(measured[0]?.also ?? {});
  return names
    .map((name) => `${name}: ${digits(median(measured.map(({ also }) => also[name] ?? 0)))}`)
    .join(', ');
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
