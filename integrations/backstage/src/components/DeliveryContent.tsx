import { useState } from 'react';
import { Card, CardBody, Text, ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import { useEntity } from '@backstage/plugin-catalog-react';
import { DoradoSubject, subjectOf } from '../entity';
import { count, periodText } from '../generated/format';
import { METRICS } from '../metrics';
import { PageLinks } from '../pageLinks';
import { Delivery } from './Delivery';
import { LatestDeployments, LatestIncidents } from './Latest';
import { MetricTile } from './MetricTile';
import { Outward } from './parts';
import { Delivery as Known } from './useDelivery';
import { usePageLinks } from './usePageLinks';
import styles from './delivery.module.css';

const PERIODS = [30, 90, 365];
const DEFAULT_PERIOD = 90;

interface AnswerProps {
  delivery: Known;
  subject: DoradoSubject;
  days: number;
  links?: PageLinks;
}

const Answer = ({ delivery, subject, days, links }: AnswerProps) => {
  const { services, summary, deployments, incidents } = delivery;
  const showService = subject.kind === 'team';
  const groups = [...new Set(METRICS.map(([, definition]) => definition.group))];
  return (
    <>
      <p className={styles.muted}>
        {periodText(summary)}
        {services.length > 0 && ` · ${count(services.length, 'service')}: ${services.join(', ')}`}
      </p>
      {groups.map(group => (
        <section key={group} aria-label={group}>
          <p className={styles.group}>{group}</p>
          <div className={styles.tiles}>
            {METRICS.filter(([, definition]) => definition.group === group).map(([name, definition]) => (
              <MetricTile key={name} definition={definition} metric={summary.groups[0].metrics[name]} />
            ))}
          </div>
        </section>
      ))}
      <LatestDeployments
        deployments={deployments}
        showService={showService}
        links={links}
        days={days}
        more={links && <Outward to={links.list(subject, days, 'deployments')}>All deployments in Dorado</Outward>}
      />
      <LatestIncidents
        incidents={incidents}
        showService={showService}
        more={links && <Outward to={links.list(subject, days, 'incidents')}>All incidents in Dorado</Outward>}
      />
    </>
  );
};

/** A tab for a component or group: the metrics of a period, and the latest deployments and incidents. */
export const DeliveryContent = () => {
  const { entity } = useEntity();
  const links = usePageLinks();
  const [days, setDays] = useState(DEFAULT_PERIOD);
  const subject = subjectOf(entity);
  return (
    <Card>
      <CardBody>
        <div className={styles.delivery}>
          <div className={styles.head}>
            <Text as="h3" variant="title-x-small" weight="bold" className={styles.breakable}>
              Delivery of {subject.name}
            </Text>
            <ToggleButtonGroup
              aria-label="Period"
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[String(days)]}
              onSelectionChange={keys => setDays(Number([...keys][0]))}
            >
              {PERIODS.map(period => (
                <ToggleButton key={period} id={String(period)}>
                  {period} days
                </ToggleButton>
              ))}
            </ToggleButtonGroup>
            {links && <Outward to={links.of(subject, days)}>Open in Dorado</Outward>}
          </div>
          <Delivery subject={subject} days={days}>
            {delivery => <Answer delivery={delivery} subject={subject} days={days} links={links} />}
          </Delivery>
        </div>
      </CardBody>
    </Card>
  );
};
