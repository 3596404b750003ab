import { Deployment, Incident, Metrics, Service, Summary, Team } from '../api';
import openapi from '../../openapi.json';

/** As much of JSON Schema as Dorado's OpenAPI document uses. */
interface Schema {
  type: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Operation {
  parameters: { name: string; in: string }[];
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}

const OPERATIONS = Object.fromEntries(
  Object.entries(openapi.paths).map(([path, { get }]) => [path, get as unknown as Operation]),
);

const ORIGIN = 'http://backstage.test/api/proxy/dorado';

function answerSchema(path: string): Schema {
  return OPERATIONS[path].responses['200'].content['application/json'].schema;
}

/** The emptiest value of a schema: null where that is allowed, else an empty list, the first choice, false or 0. */
function emptiest({ type, enum: choices, properties }: Schema): unknown {
  const types = [type].flat();
  if (types.includes('null')) return null;
  if (choices) return choices[0];
  switch (types[0]) {
    case 'object':
      return Object.fromEntries(Object.entries(properties ?? {}).map(([name, schema]) => [name, emptiest(schema)]));
    case 'array':
      return [];
    case 'boolean':
      return false;
    case 'string':
      return '';
    default:
      return 0;
  }
}

function row<T>(list: string, values: Partial<T>): T {
  return { ...(emptiest(answerSchema(`/api/v1/${list}`).properties!.items.items!) as T), ...values };
}

export const deployment = (values: Partial<Deployment>) =>
  row<Deployment>('deployments', {
    service: 'checkout',
    kind: 'forward',
    counted: true,
    status: 'succeeded',
    changes: 1,
    ...values,
  });
export const incident = (values: Partial<Incident>) => row<Incident>('incidents', { service: 'checkout', ...values });
export const service = (values: Partial<Service>) => row<Service>('services', values);
export const team = (values: Partial<Team>) => row<Team>('teams', values);

type MetricValues = { [Name in keyof Metrics]?: Partial<Metrics[Name]> };

/** A summary that knows nothing but the metrics that are given. */
export function summary(metrics: MetricValues = {}): Summary {
  const schema = answerSchema('/api/v1/summary');
  const known = schema.properties!.groups.items!.properties!.metrics.properties!;
  const empty = Object.entries(known).map(([name, metric]) => {
    const values = emptiest(metric) as Metrics[keyof Metrics];
    const change = { ...values.change, verdict: 'no_data', reason: 'no data' };
    return [name, { ...values, n: 0, tier_reason: 'no data', change, ...metrics[name as keyof Metrics] }];
  });
  return {
    ...(emptiest(schema) as Summary),
    from: '2026-08-31T00:00:00Z',
    to: '2026-11-29T12:00:00Z',
    previous: { from: '2026-06-02T00:00:00Z', to: '2026-08-31T00:00:00Z', basis: 'days' },
    rules: { proximity_window: 86400, reopen_window: 86400, rework_window: 1814400 },
    groups: [{ group: {}, metrics: Object.fromEntries(empty) as Metrics }] as unknown as Summary['groups'],
  };
}

/** What of an answer does not have the shape of the OpenAPI document; empty if all has. */
function misfits(where: string, schema: Schema, value: unknown): string[] {
  const types = [schema.type].flat();
  if (value === null) return types.includes('null') ? [] : [`${where} is null`];
  if (Array.isArray(value)) {
    if (!types.includes('array')) return [`${where} is a list`];
    return value.flatMap((item, i) => misfits(`${where}[${i}]`, schema.items!, item));
  }
  if (typeof value === 'object') {
    if (!types.includes('object')) return [`${where} is an object`];
    return Object.entries(value!).flatMap(([name, member]) =>
      schema.properties?.[name]
        ? misfits(`${where}.${name}`, schema.properties[name], member)
        : [`${where}.${name} is not in the document`],
    );
  }
  const type = Number.isInteger(value) && types.includes('integer') ? 'integer' : typeof value;
  if (!types.includes(type)) return [`${where} is a ${type}`];
  return schema.enum && !schema.enum.includes(value) ? [`${where} is '${value}'`] : [];
}

/**
 * Dorado behind Backstage's proxy, made from its OpenAPI document: it takes the paths and parameters that the document
 * names, and gives no answer of another shape.
 */
export class MockDorado {
  /** Requests so far: method, URL, headers. */
  readonly requests: Request[] = [];
  readonly discoveryApi = { getBaseUrl: async (plugin: string) => `http://backstage.test/api/${plugin}` };
  readonly fetchApi = { fetch: (input: string | URL | Request, init?: RequestInit) => this.answer(new Request(input, init)) };

  services: Service[] = [service({ id: 'checkout' })];
  teams: Team[] = [];
  summary: Summary = summary();
  deployments: Deployment[] = [];
  incidents: Incident[] = [];
  /** Takes the place of all answers. */
  instead?: () => Promise<Response> | Response;

  /** URLs of the requests to a path, as what follows the proxy's endpoint. */
  asked(path: string): URL[] {
    return this.requests.map(({ url }) => new URL(url)).filter(url => url.pathname.endsWith(path));
  }

  private async answer(request: Request): Promise<Response> {
    this.requests.push(request);
    if (this.instead) return this.instead();
    const url = new URL(request.url);
    const path = url.pathname.replace(new URL(ORIGIN).pathname, '');
    const operation = OPERATIONS[path];
    if (!request.url.startsWith(ORIGIN) || !operation || request.method !== 'GET') {
      throw new Error(`${request.method} ${request.url} is not in the OpenAPI document`);
    }
    const taken = operation.parameters.map(({ name }) => name);
    const unknown = [...url.searchParams.keys()].find(name => !taken.includes(name));
    if (unknown) return problem(400, `parameter '${unknown}' is unknown`);
    const answer = this.of(path, url.searchParams);
    const wrong = misfits(path, answerSchema(path), answer);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    return json(200, answer);
  }

  private of(path: string, parameters: URLSearchParams): unknown {
    const page = (items: unknown[]) => ({ items: items.slice(0, Number(parameters.get('limit') ?? 100)), next: null });
    switch (path) {
      case '/api/v1/services':
        return page(this.services.filter(({ id }) => id === parameters.get('service')));
      case '/api/v1/teams':
        return page(this.teams.filter(({ id }) => id === parameters.get('team')));
      case '/api/v1/deployments':
        return page(this.deployments);
      case '/api/v1/incidents':
        return page(this.incidents);
      default:
        return this.summary;
    }
  }
}

export function json(status: number, body: unknown, type = 'application/json'): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
}

/** A refusal of Dorado. */
export function problem(status: number, detail: string): Response {
  return json(status, { type: 'about:blank', title: 'Problem', status, detail }, 'application/problem+json');
}
