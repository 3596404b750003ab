import { ReactNode } from 'react';
import { Text } from '@backstage/ui';
import { Deployment, Incident } from '../api';
import { count, duration, known } from '../generated/format';
import { PageLinks } from '../pageLinks';
import { Moment, Outward, Rule, Tag } from './parts';
import styles from './delivery.module.css';

const KINDS: Record<string, [sign: string, label: string]> = {
  forward: ['→', 'Forward'],
  rollback: ['↶', 'Rollback'],
  redeploy: ['↻', 'Redeploy'],
  unknown: ['?', 'Unknown'],
};

interface LatestProps {
  title: string;
  /** What is said if there is none. */
  none: string;
  more?: ReactNode;
  children: ReactNode[];
}

/** A short list, the newest first. */
const Latest = ({ title, none, more, children }: LatestProps) => (
  <section aria-label={title} className={styles.latest}>
    <div className={styles.latestHead}>
      <Text as="h4" variant="body-medium" weight="bold">
        {title}
      </Text>
      {more}
    </div>
    {children.length > 0 ? <ul className={styles.rows}>{children}</ul> : <p className={styles.muted}>{none}</p>}
  </section>
);

const Commit = ({ deployment: { sha, version } }: { deployment: Deployment }) => {
  if (sha) return <code title={sha}>{sha.slice(0, 8)}</code>;
  return version ? <code className={styles.breakable}>{version}</code> : <span>commit unknown</span>;
};

/** Whether it failed, when it recovered and whether it is rework, each with the rule that decided it. */
const Verdict = ({ deployment: d }: { deployment: Deployment }) => (
  <>
    {d.failed && (
      <div className={styles.verdict}>
        <Tag tone="bad">Failed</Tag> <Rule number={d.failure_rule} />{' '}
        <span className={styles.muted}>{d.failure_method}</span>{' '}
        {d.recovered_at ? (
          <span className={styles.together}>
            recovered{known(d.impact_started_at) && ` after ${between(d.impact_started_at!, d.recovered_at)}`}
          </span>
        ) : (
          <Tag tone="bad">open</Tag>
        )}
      </div>
    )}
    {d.rework && (
      <div className={styles.verdict}>
        <Tag tone="warn">Rework</Tag> <Rule number={d.rework_rule} />{' '}
        <span className={styles.muted}>{d.rework_reason}</span>
      </div>
    )}
  </>
);

const DeploymentRow = (props: { deployment: Deployment; showService: boolean; link?: string }) => {
  const { deployment: d, showService, link } = props;
  const [sign, label] = KINDS[d.kind ?? ''] ?? KINDS.unknown;
  return (
    <li>
      <div className={styles.rowHead}>
        <Outward to={link}>
          <Moment at={d.finished_at} />
        </Outward>
        {showService && <b className={styles.breakable}>{d.service}</b>}
        <span className={styles.together}>
          <span aria-hidden="true">{sign}</span> {label}
        </span>
        <Outward to={d.url}>
          <Commit deployment={d} />
        </Outward>
        <span className={styles.muted} title={d.shipping_reason ?? undefined}>
          {known(d.changes) ? count(d.changes, 'change') : 'changes unknown'}
        </span>
        {d.excluded && (
          <Tag tone="plain" title={d.excluded_reason ?? undefined}>
            excluded
          </Tag>
        )}
        {!d.counted && !d.excluded && d.status === 'succeeded' && <span className={styles.muted}>not counted</span>}
        {d.status === 'failed' && <Tag tone="bad">attempt failed</Tag>}
      </div>
      <Verdict deployment={d} />
    </li>
  );
};

interface DeploymentsProps {
  deployments: Deployment[];
  /** Whether they are of several services. */
  showService: boolean;
  links?: PageLinks;
  days: number;
  more?: ReactNode;
}

/** The latest deployments, each with the rules that decided what it was. */
export const LatestDeployments = ({ deployments, showService, links, days, more }: DeploymentsProps) => (
  <Latest title="Latest deployments" none="No deployment finished in this period." more={more}>
    {deployments.map(deployment => (
      <DeploymentRow
        key={`${deployment.service} ${deployment.id}`}
        deployment={deployment}
        showService={showService}
        link={links?.deployment(deployment, days)}
      />
    ))}
  </Latest>
);

/** How long the impact lasted; unknown, and never zero, if its start is not known or lies after its end. */
function lasted({ started_at: start, resolved_at: end }: Incident): string | null {
  if (!end) return null;
  const seconds = start ? (Date.parse(end) - Date.parse(start)) / 1000 : NaN;
  return seconds >= 0 ? `lasted ${duration(seconds)}` : 'duration unknown';
}

const IncidentRow = ({ incident: i, showService }: { incident: Incident; showService: boolean }) => (
  <li>
    <div className={styles.rowHead}>
      {i.started_at ? <Moment at={i.started_at} /> : <span className={styles.muted}>start unknown</span>}
      {showService && <b className={styles.breakable}>{i.service}</b>}
      <span className={styles.breakable}>
        <Outward to={i.url}>{i.title ?? i.id}</Outward>
      </span>
      {i.severity && <span className={styles.muted}>{i.severity}</span>}
      {i.resolved_at ? <span className={styles.muted}>{lasted(i)}</span> : <Tag tone="bad">open</Tag>}
    </div>
    <div className={styles.verdict}>
      {i.deployment_id ? (
        <>
          Caused by <code className={styles.breakable}>{i.deployment_id}</code> <Rule number={i.link_rule} />{' '}
          <span className={styles.muted}>{i.link_method}</span>
        </>
      ) : (
        <Tag tone="warn">linked to no deployment</Tag>
      )}
    </div>
  </li>
);

interface IncidentsProps {
  incidents: Incident[];
  showService: boolean;
  more?: ReactNode;
}

/** The latest incidents, each with the deployment that caused it and the rule that says so. */
export const LatestIncidents = ({ incidents, showService, more }: IncidentsProps) => (
  <Latest title="Latest incidents" none="No incident started in this period." more={more}>
    {incidents.map(incident => (
      <IncidentRow key={`${incident.service} ${incident.id}`} incident={incident} showService={showService} />
    ))}
  </Latest>
);

function between(from: string, to: string): string {
  return duration((Date.parse(to) - Date.parse(from)) / 1000);
}
