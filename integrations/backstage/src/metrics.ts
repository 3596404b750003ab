import { Metric, Metrics } from './api';
import * as page from './generated/metrics';

/** What Dorado's page says of a metric, and how it writes its numbers. */
export interface MetricDefinition {
  label: string;
  /** Throughput, Instability or Rollouts. */
  group: string;
  definition: string;
  /** Why there is no data. */
  noData: string;
  /** What to do for data; may be empty. */
  remedy: string;
  /** Figures with their units: [["2", "d"], ["4", "h"]]. */
  parts(value: number): [figure: string, unit: string][];
}

/** A change from the period before, in words. */
export interface Trend {
  direction: 'up' | 'down' | 'same';
  verdict: string;
  text: string;
  why: string | null;
}

/** The metrics in the order of the page. */
export const METRICS = Object.entries(page.METRICS) as unknown as [keyof Metrics, MetricDefinition][];

export const trend = page.trend as unknown as (definition: MetricDefinition, metric: Metric) => Trend | null;
export const tierRange = page.tierRange as unknown as (
  metric: Metric,
) => { text: string; source: string } | { text: null; why: string } | null;
export const noTier = page.noTier as unknown as (metric: Metric) => string | null;
export const sureness = page.sureness as unknown as (
  definition: MetricDefinition,
  metric: Metric,
) => { counted: string; interval: string | null };
export const factsBeside = page.factsBeside as unknown as (definition: MetricDefinition, metric: Metric) => string[];
export const VERDICTS: Record<string, string> = page.VERDICTS;
