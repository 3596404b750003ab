import { ComponentType } from 'react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Entity } from '@backstage/catalog-model';
import { configApiRef } from '@backstage/core-plugin-api';
import { renderInTestApp as renderInNewApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { mockApis, renderInTestApp as renderInLegacyApp, TestApiProvider } from '@backstage/test-utils';
import { DoradoClient, doradoApiRef } from '../api';
import { deployment, incident, MockDorado, summary, team } from '../testing/MockDorado';
import { FAIL_RATE_OF_FEW, FREQUENCY_OF_NONE, LEAD_TIME, RECOVERY_OF_ONE } from '../testing/metrics';
import { DeliveryCard } from './DeliveryCard';
import { DeliveryContent } from './DeliveryContent';

const CONFIG = { dorado: { baseUrl: 'https://dorado.example.com' } };

const component = (name: string, annotations: Record<string, string> = {}): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, annotations },
  spec: { type: 'service' },
});

const group = (name: string): Entity => ({ apiVersion: 'backstage.io/v1alpha1', kind: 'Group', metadata: { name } });

type RenderIn = (Shown: ComponentType, entity: Entity, dorado: MockDorado, config?: { dorado?: object }) => Promise<unknown>;

const inNewApp: RenderIn = async (Shown, entity, dorado, config = CONFIG) =>
  renderInNewApp(
    <EntityProvider entity={entity}>
      <Shown />
    </EntityProvider>,
    { apis: [[doradoApiRef, new DoradoClient(dorado)]], config: config as {} },
  );

const inLegacyApp: RenderIn = async (Shown, entity, dorado, config = CONFIG) =>
  renderInLegacyApp(
    <TestApiProvider
      apis={[
        [doradoApiRef, new DoradoClient(dorado)],
        [configApiRef, mockApis.config({ data: config as {} })],
      ]}
    >
      <EntityProvider entity={entity}>
        <Shown />
      </EntityProvider>
    </TestApiProvider>,
  );

const SYSTEMS: [string, RenderIn][] = [
  ['front-end system', inNewApp],
  ['legacy front-end system', inLegacyApp],
];

const PARTS: [string, ComponentType][] = [
  ['card', DeliveryCard],
  ['tab', DeliveryContent],
];

const LABELS = [
  'Deployment frequency',
  'Change lead time',
  'Failed deployment recovery time',
  'Change fail rate',
  'Deployment rework rate',
  'Change rework rate',
  'Rollout success rate',
];

const FAILED = deployment({
  id: 'github:2',
  finished_at: '2026-11-27T15:08:54Z',
  sha: '80ff044f8045af9935458e8ad1a0b47da7edbd20',
  url: 'https://github.com/acme/checkout/actions',
  failed: true,
  failure_rule: 'F6',
  failure_method: 'incident PD-1 began 2 h after it',
  impact_started_at: '2026-11-27T17:00:00Z',
  recovered_at: '2026-11-27T17:41:00Z',
});

// What is asked for depends on the day.
beforeEach(() => {
  jest.useFakeTimers({
    now: new Date('2026-11-29T12:00:00Z'),
    doNotFake: [
      'cancelAnimationFrame',
      'cancelIdleCallback',
      'clearImmediate',
      'clearInterval',
      'clearTimeout',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'requestAnimationFrame',
      'requestIdleCallback',
      'setImmediate',
      'setInterval',
      'setTimeout',
    ],
  });
});

afterEach(() => {
  jest.useRealTimers();
});

describe.each(SYSTEMS)('in the %s', (_system, renderIn) => {
  describe.each(PARTS)('the %s', (_part, Shown) => {
    let dorado: MockDorado;

    beforeEach(() => {
      dorado = new MockDorado();
    });

    it('says that it asks', async () => {
      dorado.instead = () => new Promise(() => {});
      await renderIn(Shown, component('checkout'), dorado);
      expect(await screen.findByRole('status')).toHaveTextContent('Asking Dorado about the service checkout');
    });

    it('shows a metric with its tier, its interval and how many rows it is over', async () => {
      dorado.summary = summary({ change_lead_time: LEAD_TIME });
      await renderIn(Shown, component('checkout'), dorado);
      const shown = await metric('Change lead time');
      expect(shown).toHaveTextContent('1d');
      expect(shown).toHaveTextContent('High DORA 2023');
      expect(shown).toHaveTextContent('42 changes · 95 %: 20 h – 1 d 6 h');
    });

    it('shows no data as no data, never as zero and never with a tier', async () => {
      await renderIn(Shown, component('checkout'), dorado);
      for (const name of LABELS) {
        const shown = await metric(name);
        expect(shown).toHaveTextContent('No data');
        expect(shown).not.toHaveTextContent(/elite|DORA 20\d\d|\b0/i);
      }
      expect(await metric('Change lead time')).toHaveTextContent('No change with a known first commit was shipped in this period.');
      expect(screen.getByText('No deployment finished in this period.')).toBeInTheDocument();
      expect(screen.getByText('No incident started in this period.')).toBeInTheDocument();
    });

    it('calls few rows too few for a tier, and shows how wide the interval is', async () => {
      dorado.summary = summary({ change_fail_rate: FAIL_RATE_OF_FEW, failed_deployment_recovery_time: RECOVERY_OF_ONE });
      await renderIn(Shown, component('checkout'), dorado);
      const rate = await metric('Change fail rate');
      expect(rate).toHaveTextContent('0%');
      expect(rate).toHaveTextContent('Too few for a tier');
      expect(rate).toHaveTextContent('3 deployments · 95 %: 0 % – 56 %');
      const recovery = await metric('Failed deployment recovery time');
      expect(recovery).toHaveTextContent('48min');
      expect(recovery).toHaveTextContent('Too few for a tier');
      expect(recovery).toHaveTextContent('1 recovery · too few for an interval');
      expect(screen.queryByText(/elite/i)).not.toBeInTheDocument();
    });

    it('shows a failed deployment with the rule that decided it', async () => {
      dorado.deployments = [FAILED];
      await renderIn(Shown, component('checkout'), dorado);
      const row = (await rows('Latest deployments'))[0];
      expect(row).toHaveTextContent('27 Nov 2026, 15:08');
      expect(row).toHaveTextContent('Forward');
      expect(row).toHaveTextContent('1 change');
      expect(row).toHaveTextContent('Failed F6 Proximity incident PD-1 began 2 h after it recovered after 41 min');
      expect(within(row).getByRole('link', { name: '80ff044f' })).toHaveAttribute('href', FAILED.url);
      await userEvent.tab();
      within(row).getByRole('button', { name: 'F6 Proximity' }).focus();
      expect(await screen.findByRole('tooltip')).toHaveTextContent('within the proximity window (24 h) after it');
    });

    it('shows what is still open, a rollback, rework, and what counts nowhere', async () => {
      dorado.deployments = [
        deployment({ id: '4', failed: true, failure_rule: 'F3' }),
        deployment({ id: '3', kind: 'rollback', rework: true, rework_rule: 'W1', rework_reason: 'a rollback', changes: 0 }),
        deployment({ id: '2', kind: 'redeploy', counted: false }),
      ];
      await renderIn(Shown, component('checkout'), dorado);
      const [failed, rollback, redeploy] = await rows('Latest deployments');
      expect(failed).toHaveTextContent(/Failed F3 Rollback.*open$/);
      expect(rollback).toHaveTextContent(/Rollback.*0 changes.*Rework W1 Deployment rework a rollback$/);
      expect(redeploy).toHaveTextContent(/Redeploy.*not counted$/);
    });

    it('shows an incident with the rule that linked it, or that none did', async () => {
      dorado.incidents = [
        incident({ id: 'PD-2', title: 'Checkout is down', severity: 'sev1', started_at: '2026-11-28T10:00:00Z' }),
        incident({
          id: 'PD-1',
          title: 'Slow',
          url: 'https://pagerduty.example.com/1',
          started_at: '2026-11-27T17:00:00Z',
          resolved_at: '2026-11-27T17:41:00Z',
          deployment_id: 'github:2',
          link_rule: 'F6',
          link_method: 'began 2 h after it',
        }),
        incident({ id: 'PD-0', resolved_at: '2026-11-26T17:41:00Z', start_unknown: true }),
      ];
      await renderIn(Shown, component('checkout'), dorado);
      const [unlinked, linked, endOnly] = await rows('Latest incidents');
      expect(unlinked).toHaveTextContent(/Checkout is down.*sev1.*open.*linked to no deployment/);
      expect(linked).toHaveTextContent(/Slow.*lasted 41 min.*Caused by github:2 F6 Proximity began 2 h after it/);
      expect(within(linked).getByRole('link', { name: 'Slow' })).toHaveAttribute('href', 'https://pagerduty.example.com/1');
      expect(endOnly).toHaveTextContent(/start unknown.*PD-0.*duration unknown/);
    });

    it('shows markup in names as text, and links to web addresses alone', async () => {
      const script = ['javascript', 'alert(1)'].join(':');
      const markup = '<img src=x onerror=alert(1)>';
      dorado.services = [{ ...dorado.services[0], id: markup }];
      dorado.deployments = [deployment({ id: markup, version: markup, url: script })];
      dorado.incidents = [incident({ id: '1', title: markup, url: 'data:text/html,x', deployment_id: markup, link_method: markup })];
      await renderIn(Shown, component('checkout', { 'dorado.dev/service': markup }), dorado);
      expect((await rows('Latest deployments'))[0]).toHaveTextContent(markup);
      expect((await rows('Latest incidents'))[0]).toHaveTextContent(markup);
      expect(document.querySelector('img')).toBeNull();
      const links = [...document.querySelectorAll('a')].map(({ href }) => href);
      expect(links.filter(href => !/^https?:\/\//.test(href))).toEqual([]);
    });

    it('names the URL, the status and what to do if Dorado is away, and asks again', async () => {
      dorado.instead = () => new Response('', { status: 504 });
      await renderIn(Shown, component('checkout'), dorado);
      const alert = await screen.findByText('Dorado did not answer');
      expect(alert).toBeInTheDocument();
      expect(screen.getByText(/GET http:\/\/backstage\.test\/api\/proxy\/dorado\/api\/v1\/.*: status 504/)).toBeInTheDocument();
      expect(screen.getByText(/reaches the target of proxy\.endpoints\.\/dorado/)).toBeInTheDocument();
      dorado.instead = undefined;
      await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
      expect(await metric('Change lead time')).toHaveTextContent('No data');
    });

    it('says which service it asked for if Dorado does not know it, and which annotation changes that', async () => {
      await renderIn(Shown, component('Cart'), dorado);
      expect(await screen.findByText(/Dorado does not know the service ‘cart’/)).toBeInTheDocument();
      expect(document.body).toHaveTextContent(
        'The name is metadata.name. If it is called differently in Dorado, add the annotation dorado.dev/service to the entity.',
      );
    });

    it('says that the annotation names a service that Dorado does not know', async () => {
      await renderIn(Shown, component('checkout', { 'dorado.dev/service': 'acme/chekout' }), dorado);
      expect(await screen.findByText(/Dorado does not know the service ‘acme\/chekout’/)).toBeInTheDocument();
      expect(document.body).toHaveTextContent('The name is that of the annotation dorado.dev/service.');
    });

    it('says the same of a team', async () => {
      await renderIn(Shown, group('payments'), dorado);
      expect(await screen.findByText(/Dorado does not know the team ‘payments’/)).toBeInTheDocument();
      expect(document.body).toHaveTextContent('add the annotation dorado.dev/team to the entity');
    });

    it('shows a team that deployed nothing as zero a day, of what it is known', async () => {
      dorado.teams = [team({ id: 'payments', services: ['checkout', 'invoicing'], deployments: 0 })];
      dorado.summary = summary({ deployment_frequency: FREQUENCY_OF_NONE });
      await renderIn(Shown, group('payments'), dorado);
      const frequency = await metric('Deployment frequency');
      expect(frequency).toHaveTextContent('0/day');
      expect(frequency).toHaveTextContent('0 deployments');
      expect(await metric('Change fail rate')).toHaveTextContent('No data');
      expect(screen.getByText('No deployment finished in this period.')).toBeInTheDocument();
      expect(dorado.asked('/summary')[0].searchParams.get('team')).toBe('payments');
      expect(dorado.asked('/summary')[0].searchParams.has('service')).toBe(false);
    });

    it("names the service of each of a team's deployments", async () => {
      dorado.teams = [team({ id: 'payments', services: ['checkout', 'invoicing'] })];
      dorado.deployments = [deployment({ id: '1', service: 'invoicing' })];
      await renderIn(Shown, group('payments'), dorado);
      expect((await rows('Latest deployments'))[0]).toHaveTextContent('invoicing');
    });

    it("leads to Dorado's page", async () => {
      dorado.services = [{ ...dorado.services[0], id: 'acme/shop' }];
      dorado.deployments = [deployment({ id: 'github:2', service: 'acme/shop', finished_at: '2026-11-27T15:08:54Z' })];
      await renderIn(Shown, component('shop', { 'dorado.dev/service': 'acme/shop' }), dorado);
      const row = (await rows('Latest deployments'))[0];
      expect(screen.getByRole('link', { name: 'Open in Dorado' })).toHaveAttribute(
        'href',
        'https://dorado.example.com/?view=service&service=acme%2Fshop&period=90',
      );
      expect(within(row).getByRole('link', { name: '27 Nov 2026, 15:08' })).toHaveAttribute(
        'href',
        'https://dorado.example.com/?view=service&service=acme%2Fshop&period=90&rows=deployments&deployment=acme%252Fshop+github%3A2',
      );
    });

    it('has no links to the page if app-config.yaml does not say where it is', async () => {
      await renderIn(Shown, component('checkout'), dorado, {});
      await metric('Change lead time');
      expect(screen.queryByText(/in Dorado/)).not.toBeInTheDocument();
    });

    it('asks for the last 90 days in the zone of the viewer', async () => {
      await renderIn(Shown, component('checkout'), dorado);
      await metric('Change lead time');
      for (const path of ['services', 'summary', 'deployments', 'incidents']) {
        const [url] = dorado.asked(`/${path}`);
        expect(Object.fromEntries(url.searchParams)).toMatchObject({ from: '2026-08-31', tz: 'UTC', service: 'checkout' });
      }
    });
  });

  it('the tab asks for another period and shows nothing of the one before', async () => {
    const dorado = new MockDorado();
    dorado.deployments = [FAILED];
    await renderIn(DeliveryContent, component('checkout'), dorado);
    await rows('Latest deployments');
    expect(screen.getByRole('radio', { name: '90 days' })).toBeChecked();
    dorado.deployments = [];
    await userEvent.click(screen.getByRole('radio', { name: '365 days' }));
    expect(await screen.findByText('No deployment finished in this period.')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: '30 days' }));
    expect(await screen.findByText('No deployment finished in this period.')).toBeInTheDocument();
    expect(dorado.asked('/summary').map(url => url.searchParams.get('from'))).toEqual(['2026-08-31', '2025-11-29', '2026-10-30']);
    expect(screen.getByRole('link', { name: 'Open in Dorado' })).toHaveAttribute('href', expect.stringContaining('period=30'));
  });

  it('the tab says what changed, why that may be chance, and what the metric means', async () => {
    const dorado = new MockDorado();
    dorado.summary = summary({ change_lead_time: LEAD_TIME, failed_deployment_recovery_time: RECOVERY_OF_ONE });
    await renderIn(DeliveryContent, component('checkout'), dorado);
    const leadTime = await metric('Change lead time');
    expect(leadTime).toHaveTextContent('12 h shorter than before better');
    expect(leadTime).toHaveTextContent("Median time from a change's first commit to the end of the deployment that shipped it (L1–L3).");
    expect(await metric('Failed deployment recovery time')).toHaveTextContent('No data in the period before.');
    expect(screen.getByText('31 Aug – 29 Nov 2026, compared with 2 Jun – 30 Aug')).toBeInTheDocument();
  });
});

async function metric(label: string): Promise<HTMLElement> {
  const name = await screen.findByText(label);
  return name.closest<HTMLElement>('article, li')!;
}

async function rows(list: string): Promise<HTMLElement[]> {
  const section = await screen.findByRole('region', { name: list });
  return within(section).getAllByRole('listitem');
}
