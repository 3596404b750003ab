import { EntityInfoCard, useEntity } from '@backstage/plugin-catalog-react';
import { subjectOf } from '../entity';
import { METRICS } from '../metrics';
import { Delivery } from './Delivery';
import { LatestDeployments, LatestIncidents } from './Latest';
import { MetricLine } from './MetricTile';
import { Outward } from './parts';
import { usePageLinks } from './usePageLinks';
import styles from './delivery.module.css';

const DAYS = 90;
const LATEST = 3;

/** A card for the overview of a component or group: the metrics of the last 90 days, and what happened last. */
export const DeliveryCard = () => {
  const { entity } = useEntity();
  const links = usePageLinks();
  const subject = subjectOf(entity);
  const showService = subject.kind === 'team';
  return (
    <EntityInfoCard
      title="Delivery"
      headerActions={<span className={styles.muted}>last {DAYS} days</span>}
      footerActions={links && <Outward to={links.of(subject, DAYS)}>Open in Dorado</Outward>}
    >
      <div className={styles.delivery}>
        <Delivery subject={subject} days={DAYS}>
          {({ summary, deployments, incidents }) => (
            <>
              <ul className={styles.metricLines}>
                {METRICS.map(([name, definition]) => (
                  <MetricLine key={name} definition={definition} metric={summary.groups[0].metrics[name]} />
                ))}
              </ul>
              <LatestDeployments
                deployments={deployments.slice(0, LATEST)}
                showService={showService}
                links={links}
                days={DAYS}
              />
              <LatestIncidents incidents={incidents.slice(0, LATEST)} showService={showService} />
            </>
          )}
        </Delivery>
      </div>
    </EntityInfoCard>
  );
};
