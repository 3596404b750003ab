import { Metrics } from '../api';

type Tier = Metrics['change_lead_time']['tier'];

const BANDS = (['elite', 'high', 'medium', 'low'] as const).map(tier => ({ tier, text: `what ${tier} asks for` }));

function benchmark(): Metrics['change_lead_time']['benchmark'] {
  return { year: 2023, source: "DORA's report of 2023", bands: [...BANDS], note: null };
}

const UNCHANGED = {
  difference: 0,
  low: null,
  high: null,
  verdict: 'could_be_chance' as const,
  method: 'medians' as const,
  reason: null,
};

/** A lead time of 24 h over 42 changes, in the tier High for sure. */
export const LEAD_TIME = {
  value: 86_400,
  unit: 'seconds',
  n: 42,
  low: 72_000,
  high: 108_000,
  tier: 'high' as Tier,
  tiers: ['high' as const],
  tier_reason: null,
  benchmark: benchmark(),
  previous: 129_600,
  previous_n: 40,
  change: { ...UNCHANGED, difference: -43_200, low: -60_000, high: -20_000, verdict: 'better' as const },
};

/** No failure of 3 deployments: elite by its value, of which the interval knows nothing. */
export const FAIL_RATE_OF_FEW = {
  value: 0,
  unit: 'ratio',
  n: 3,
  low: 0,
  high: 0.5615,
  tier: 'elite' as Tier,
  tiers: ['elite' as const, 'high' as const, 'medium' as const, 'low' as const],
  tier_reason: null,
  benchmark: benchmark(),
  failed: 0,
  change: { ...UNCHANGED, method: 'proportions' as const },
};

/** One recovery: no interval. */
export const RECOVERY_OF_ONE = {
  value: 2906,
  unit: 'seconds',
  n: 1,
  tier: 'elite' as Tier,
  tiers: [],
  tier_reason: null,
  benchmark: benchmark(),
  change: { ...UNCHANGED, verdict: 'no_data' as const, difference: null, reason: 'no data in the period before' },
};

/** A service that is known and did not deploy. */
export const FREQUENCY_OF_NONE = {
  value: 0,
  unit: 'per day',
  n: 0,
  low: 0,
  high: 0.041,
  tier: 'low' as Tier,
  tiers: ['low' as const],
  tier_reason: null,
  benchmark: benchmark(),
  change: { ...UNCHANGED, method: 'rates' as const },
};
