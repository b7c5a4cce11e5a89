/** One line of a benchmark's result; `ratio` is `value / limit`. */
export interface BenchLine {
  bench: string;
  value: number;
  unit: string;
  limit: number;
  ratio: number;
  peakMiB: number;
  case: string;
}
