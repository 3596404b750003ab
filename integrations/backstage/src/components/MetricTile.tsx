import { Text } from '@backstage/ui';
import { Metric } from '../api';
import { known, sentence } from '../generated/format';
import { factsBeside, MetricDefinition, noTier, sureness, tierRange, trend, VERDICTS } from '../metrics';
import styles from './delivery.module.css';

interface MetricProps {
  definition: MetricDefinition;
  metric: Metric;
}

/** The figures of a metric with their units; or that there are no data, which is not zero. */
const Value = ({ definition, metric }: MetricProps) =>
  known(metric.value) ? (
    <span className={styles.value}>
      {definition.parts(metric.value!).map(([figure, unit]) => (
        <span key={unit} className={styles.together}>
          <b>{figure}</b>
          <span className={styles.unit}>{unit}</span>{' '}
        </span>
      ))}
    </span>
  ) : (
    <span className={styles.noData}>No data</span>
  );

/** The tiers that the metric may be in, or that there are too few rows to say. */
const Tier = ({ metric }: { metric: Metric }) => {
  const range = known(metric.value) && tierRange(metric);
  if (!range) return null;
  return range.text === null ? (
    <span className={styles.noTier} title={range.why}>
      Too few for a tier
    </span>
  ) : (
    <span className={styles.tier}>
      <b>{range.text}</b> <span className={styles.muted}>{range.source}</span>
    </span>
  );
};

/** How many rows the metric is over, and its 95 % interval. */
const Sureness = ({ definition, metric }: MetricProps) => {
  const { counted, interval } = sureness(definition, metric);
  return (
    <span className={styles.muted}>
      {counted} ·{' '}
      {interval ? (
        <>
          95 %: <span className={styles.together}>{interval}</span>
        </>
      ) : (
        'too few for an interval'
      )}
    </span>
  );
};

/** The 95 % interval as a line from 0 with the value on it. */
const Whisker = ({ metric: { value, low, high } }: { metric: Metric }) => {
  if (!known(value) || !known(low) || !known(high)) return null;
  const end = Math.max(high!, value!) * 1.15 || 1;
  const at = (x: number) => `${(2 + (x / end) * 96).toFixed(2)}%`;
  return (
    <svg className={styles.whisker} height="14" width="100%" aria-hidden="true">
      <line x1="2%" x2="98%" y1="7" y2="7" className={styles.track} />
      <line x1={at(low!)} x2={at(high!)} y1="7" y2="7" className={styles.range} />
      <line x1={at(low!)} x2={at(low!)} y1="3" y2="11" className={styles.range} />
      <line x1={at(high!)} x2={at(high!)} y1="3" y2="11" className={styles.range} />
      <circle cx={at(value!)} cy="7" r="3.5" className={styles.point} />
    </svg>
  );
};

/** What became of the metric since the period before. */
const Change = ({ definition, metric }: MetricProps) => {
  const found = trend(definition, metric);
  if (!found) return <p className={styles.muted}>{sentence(metric.change.reason)}</p>;
  const signs = { up: '▲', down: '▼', same: '=' };
  return (
    <p className={styles.change}>
      <span aria-hidden="true">{signs[found.direction]}</span> {found.text}{' '}
      {VERDICTS[found.verdict] && <span className={styles[found.verdict] ?? styles.muted}>{VERDICTS[found.verdict]}</span>}
    </p>
  );
};

/** A metric in a line or two, for the card. */
export const MetricLine = ({ definition, metric }: MetricProps) => (
  <li className={styles.metricLine}>
    <span className={styles.metricName}>{definition.label}</span>
    <span className={styles.metricValue}>
      <Value definition={definition} metric={metric} /> <Tier metric={metric} />
    </span>
    <span className={styles.metricSure}>
      {known(metric.value) ? (
        <Sureness definition={definition} metric={metric} />
      ) : (
        <span className={styles.muted}>{definition.noData}</span>
      )}
    </span>
  </li>
);

/** A metric with its interval, tier, change, and what it means. */
export const MetricTile = ({ definition, metric }: MetricProps) => {
  const isKnown = known(metric.value);
  const range = isKnown && tierRange(metric);
  const facts = factsBeside(definition, metric);
  const missingTier = isKnown && noTier(metric);
  const reasons = [
    definition.definition,
    range && range.text === null && range.why,
    isKnown && trend(definition, metric)?.why,
    metric.benchmark && sentence(metric.benchmark.source),
    metric.benchmark && sentence(metric.benchmark.note ?? ''),
  ];
  return (
    <article className={styles.tile} aria-label={definition.label}>
      <Text as="h4" variant="body-medium" weight="bold">
        {definition.label}
      </Text>
      <p className={styles.valueLine}>
        <Value definition={definition} metric={metric} /> <Tier metric={metric} />
      </p>
      {isKnown ? (
        <>
          {missingTier && <p className={styles.muted}>{missingTier}</p>}
          <Change definition={definition} metric={metric} />
          <Whisker metric={metric} />
          <p>
            <Sureness definition={definition} metric={metric} />
          </p>
        </>
      ) : (
        <p className={styles.muted}>
          {definition.noData} {definition.remedy}
        </p>
      )}
      {facts.length > 0 && <p className={styles.muted}>{facts.join(' · ')}</p>}
      <details className={styles.about}>
        <summary>What it means</summary>
        {reasons.filter(Boolean).map(reason => (
          <p key={String(reason)}>{reason}</p>
        ))}
      </details>
    </article>
  );
};
