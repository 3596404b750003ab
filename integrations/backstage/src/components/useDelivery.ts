import { useApi } from '@backstage/frontend-plugin-api';
import useAsyncRetry from 'react-use/esm/useAsyncRetry';
import { Deployment, doradoApiRef, Incident, Summary } from '../api';
import { DoradoSubject } from '../entity';
import { addDays, isoDay } from '../generated/format';
import { setWindows } from '../generated/rules';

/** How many of the latest deployments and incidents are shown. */
const LATEST = 5;

/** What Dorado knows of a service or team. */
export interface Delivery {
  /** Services that a team owned in the period; none of a service. */
  services: string[];
  summary: Summary;
  deployments: Deployment[];
  incidents: Incident[];
}

/**
 * Asks Dorado about the last days up to now.
 *
 * @returns what it knows; `value` is null if it does not know the service or team
 */
export function useDelivery(subject: DoradoSubject, days: number) {
  const api = useApi(doradoApiRef);
  const { kind, name } = subject;
  return useAsyncRetry(async (): Promise<Delivery | null> => {
    const period = {
      from: addDays(isoDay(), -days),
      tz: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
    const [known, summary, deployments, incidents] = await Promise.all([
      kind === 'service' ? api.findService(name, period) : api.findTeam(name, period),
      api.getSummary(subject, period),
      api.getDeployments(subject, period, LATEST),
      api.getIncidents(subject, period, LATEST),
    ]);
    if (!known) return null;
    setWindows(summary.rules);
    return { services: 'services' in known ? known.services : [], summary, deployments, incidents };
  }, [api, kind, name, days]);
}
