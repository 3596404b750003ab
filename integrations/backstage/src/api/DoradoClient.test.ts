import { DoradoSubject } from '../entity';
import { deployment, json, MockDorado, problem } from '../testing/MockDorado';
import { DoradoClient } from './DoradoClient';
import { DoradoError } from './DoradoError';

const PERIOD = { from: '2026-08-31', tz: 'Europe/Vienna' };

const subject = (name: string, kind: 'service' | 'team' = 'service'): DoradoSubject => ({
  kind,
  name,
  annotation: 'dorado.dev/service',
  annotated: false,
});

describe('DoradoClient', () => {
  let dorado: MockDorado;
  let client: DoradoClient;

  beforeEach(() => {
    dorado = new MockDorado();
    client = new DoradoClient(dorado);
  });

  const failure = async (answer: () => Promise<Response> | Response): Promise<DoradoError> => {
    dorado.instead = answer;
    const error = await client.getSummary(subject('checkout'), PERIOD).catch(e => e);
    expect(error).toBeInstanceOf(DoradoError);
    return error;
  };

  it('asks through the proxy, with GET alone and without a token of its own', async () => {
    await client.getSummary(subject('checkout'), PERIOD);
    await client.getDeployments(subject('checkout'), PERIOD, 5);
    await client.getIncidents(subject('payments', 'team'), PERIOD, 5);
    await client.findService('checkout', PERIOD);
    await client.findTeam('payments', PERIOD);
    expect(dorado.requests.map(({ url }) => url)).toEqual([
      'http://backstage.test/api/proxy/dorado/api/v1/summary?from=2026-08-31&tz=Europe%2FVienna&service=checkout',
      'http://backstage.test/api/proxy/dorado/api/v1/deployments?from=2026-08-31&tz=Europe%2FVienna&service=checkout&limit=5',
      'http://backstage.test/api/proxy/dorado/api/v1/incidents?from=2026-08-31&tz=Europe%2FVienna&team=payments&limit=5',
      'http://backstage.test/api/proxy/dorado/api/v1/services?from=2026-08-31&tz=Europe%2FVienna&service=checkout&limit=1',
      'http://backstage.test/api/proxy/dorado/api/v1/teams?from=2026-08-31&tz=Europe%2FVienna&team=payments&limit=1',
    ]);
    for (const { method, headers } of dorado.requests) {
      expect(method).toBe('GET');
      expect(headers.has('authorization')).toBe(false);
    }
  });

  it.each(['acme/shop', '../deployments', 'a&team=b', 'a?b#c', 'ünï %2F', '<b>'])('encodes the name %s', async name => {
    dorado.services = [{ ...dorado.services[0], id: name }];
    expect(await client.findService(name, PERIOD)).toMatchObject({ id: name });
    expect(new URL(dorado.requests[0].url).pathname).toBe('/api/proxy/dorado/api/v1/services');
  });

  it('finds no service or team that Dorado does not know', async () => {
    expect(await client.findService('nope', PERIOD)).toBeUndefined();
    expect(await client.findTeam('nope', PERIOD)).toBeUndefined();
  });

  it.each(['tools/dorado', '/tools/dorado/'])('takes %s for the endpoint of the proxy', async proxyPath => {
    const elsewhere = new DoradoClient({ ...dorado, proxyPath });
    dorado.instead = () => json(200, { items: [deployment({ id: '1' })], next: null });
    await elsewhere.getDeployments(subject('checkout'), PERIOD, 1);
    expect(dorado.requests[0].url).toMatch(/^http:\/\/backstage\.test\/api\/proxy\/tools\/dorado\/api\/v1\/deployments\?/);
  });

  it('names the URL if there is no answer', async () => {
    const error = await failure(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(error.message).toBe(
      'GET http://backstage.test/api/proxy/dorado/api/v1/summary?from=2026-08-31&tz=Europe%2FVienna&service=checkout: no answer (Failed to fetch)',
    );
    expect(error.remedy).toContain('backend.baseUrl');
  });

  it('names the status and the target of the proxy if Dorado is away', async () => {
    const error = await failure(() => new Response('Error occurred while trying to proxy', { status: 504 }));
    expect(error.status).toBe(504);
    expect(error.message).toMatch(/: status 504$/);
    expect(error.remedy).toContain('reaches the target of proxy.endpoints./dorado');
  });

  it('tells an endpoint of the proxy that is missing from a service that is unknown', async () => {
    const error = await failure(() => json(404, { error: { name: 'NotFoundError' } }));
    expect(error.remedy).toContain('Add proxy.endpoints./dorado to app-config.yaml');
  });

  it("tells Dorado's refusal of the token from Backstage's refusal of the user", async () => {
    const ofDorado = await failure(() => problem(401, 'a token is needed'));
    expect(ofDorado.message).toMatch(/: Dorado answered 401: a token is needed$/);
    expect(ofDorado.remedy).toContain('./dorado tokens create backstage --role read');
    const ofBackstage = await failure(() => json(401, { error: { name: 'AuthenticationError' } }));
    expect(ofBackstage.remedy).toContain('Sign in to Backstage again');
  });

  it("passes on Dorado's own words", async () => {
    const error = await failure(() => problem(503, 'ClickHouse is away'));
    expect(error.message).toMatch(/: Dorado answered 503: ClickHouse is away$/);
    expect(error.remedy).toContain('/health/ready');
  });

  it('takes a page for no answer of the API', async () => {
    const error = await failure(() => new Response('<html>', { headers: { 'content-type': 'text/html' } }));
    expect(error.message).toMatch(/: status 200 with text\/html, expected JSON$/);
    expect(error.remedy).toContain('login page');
  });
});
