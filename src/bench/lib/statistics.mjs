// Figures out of samples.

export function percentile(numbers, part) {
  const sorted = numbers.filter((n) => Number.isFinite(n)).sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] : undefined;
}

export const median = (numbers) => percentile(numbers, 0.5);

/** The order of a round: forward and backward by turns, so that a drift of the machine hits all alike. */
export const turn = (list, round) => (round % 2 === 0 ? [...list] : [...list].reverse());

/** The median of the ratios, each taken within one round. */
export const ratio = (samples, base, of) => median(samples.map((sample, round) => (base[round] ? of(sample) / of(base[round]) : NaN)));
