import { DiscoveryApi, FetchApi } from '@backstage/frontend-plugin-api';
import { DoradoSubject } from '../entity';
import { paths } from '../generated/openapi';
import { Deployment, DoradoApi, Incident, Period, Service, Summary, Team } from './DoradoApi';
import { DoradoError } from './DoradoError';

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Parameters } } }
  ? NonNullable<Parameters>
  : never;

const DEFAULT_PROXY_PATH = '/dorado';

/** Asks Dorado through Backstage's proxy, which adds the token. */
export class DoradoClient implements DoradoApi {
  private readonly discoveryApi: DiscoveryApi;
  private readonly fetchApi: FetchApi;
  private readonly proxyPath: string;

  /**
   * @param options - `proxyPath` is the endpoint of the proxy, `/dorado` by default
   */
  constructor(options: { discoveryApi: DiscoveryApi; fetchApi: FetchApi; proxyPath?: string }) {
    this.discoveryApi = options.discoveryApi;
    this.fetchApi = options.fetchApi;
    this.proxyPath = `/${(options.proxyPath ?? DEFAULT_PROXY_PATH).replace(/^\/+|\/+$/g, '')}`;
  }

  async findService(name: string, period: Period): Promise<Service | undefined> {
    const { items } = await this.get('/api/v1/services', { ...period, service: [name], limit: 1 });
    return items[0];
  }

  async findTeam(name: string, period: Period): Promise<Team | undefined> {
    const { items } = await this.get('/api/v1/teams', { ...period, team: [name], limit: 1 });
    return items[0];
  }

  async getSummary(subject: DoradoSubject, period: Period): Promise<Summary> {
    return this.get('/api/v1/summary', { ...period, [subject.kind]: [subject.name] });
  }

  async getDeployments(subject: DoradoSubject, period: Period, limit: number): Promise<Deployment[]> {
    const { items } = await this.get('/api/v1/deployments', { ...period, [subject.kind]: [subject.name], limit });
    return items;
  }

  async getIncidents(subject: DoradoSubject, period: Period, limit: number): Promise<Incident[]> {
    const { items } = await this.get('/api/v1/incidents', { ...period, [subject.kind]: [subject.name], limit });
    return items;
  }

  private async get<Path extends keyof paths>(path: Path, query: Query<Path>) {
    const base = await this.discoveryApi.getBaseUrl('proxy');
    const parameters = new URLSearchParams();
    for (const [name, values] of Object.entries(query)) {
      for (const value of [values].flat()) parameters.append(name, String(value));
    }
    const url = `${base}${this.proxyPath}${path}?${parameters}`;
    const response = await this.fetchApi
      .fetch(url, { headers: { accept: 'application/json' } })
      .catch(cause => Promise.reject(DoradoError.unreachable(url, cause)));
    if (!response.ok) throw await DoradoError.of(url, this.proxyPath, response);
    const type = response.headers.get('content-type');
    if (!type?.startsWith('application/json')) throw DoradoError.notJson(url, response.status, type);
    return (await response.json()) as paths[Path] extends {
      get: { responses: { 200: { content: { 'application/json': infer Body } } } };
    }
      ? Body
      : never;
  }
}
