import { createApiRef } from '@backstage/frontend-plugin-api';
import { DoradoSubject } from '../entity';
import { paths } from '../generated/openapi';

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

/** The metrics of a period. */
export type Summary = Answer<'/api/v1/summary'>;
/** The metrics by name. */
export type Metrics = Summary['groups'][number]['metrics'];
/** A metric, without what only some metrics have. */
export type Metric = Metrics[keyof Metrics];
export type Deployment = Answer<'/api/v1/deployments'>['items'][number];
export type Incident = Answer<'/api/v1/incidents'>['items'][number];
export type Service = Answer<'/api/v1/services'>['items'][number];
export type Team = Answer<'/api/v1/teams'>['items'][number];

/** A period that ends now. */
export interface Period {
  /** Its first day, in the time zone. */
  from: string;
  /** Time zone of the days, such as Europe/Vienna. */
  tz: string;
}

/** Asks Dorado. Every function rejects with a DoradoError if there is no answer. */
export interface DoradoApi {
  /** The service, if Dorado knows one of that name in the period. */
  findService(name: string, period: Period): Promise<Service | undefined>;
  /** The team, if it owned a service in the period. */
  findTeam(name: string, period: Period): Promise<Team | undefined>;
  getSummary(subject: DoradoSubject, period: Period): Promise<Summary>;
  /** The deployments that finished last in the period, the newest first. */
  getDeployments(subject: DoradoSubject, period: Period, limit: number): Promise<Deployment[]>;
  /** The incidents that started last in the period, the newest first. */
  getIncidents(subject: DoradoSubject, period: Period, limit: number): Promise<Incident[]>;
}

export const doradoApiRef = createApiRef<DoradoApi>({ id: 'plugin.dorado.api' });
