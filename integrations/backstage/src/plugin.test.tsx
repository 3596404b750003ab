import { screen } from '@testing-library/react';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { discoveryApiRef, fetchApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderTestApp } from '@backstage/frontend-test-utils';
import doradoPlugin from './index';
import { MockDorado } from './testing/MockDorado';

const ENTITIES = ['Component', 'Group', 'API'].map(kind => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name: 'checkout', namespace: 'default' },
  spec: { type: 'service' },
}));

/** The page of an entity in an app that has the catalog and this plugin, and nothing else set up. */
const renderPage = (path: string) => {
  const dorado = new MockDorado();
  renderTestApp({
    features: [catalogPlugin, doradoPlugin],
    initialRouteEntries: [`/catalog/default/${path}`],
    apis: [
      catalogApiMock({ entities: ENTITIES }),
      mockApis.permission(),
      [discoveryApiRef, dorado.discoveryApi],
      [fetchApiRef, dorado.fetchApi as { fetch: typeof fetch }],
    ],
  });
  return dorado;
};

describe('doradoPlugin', () => {
  it('adds a card to the overview of a component', async () => {
    const dorado = renderPage('component/checkout');
    expect(await screen.findByText('Change lead time')).toBeInTheDocument();
    expect(dorado.asked('/summary')[0].searchParams.get('service')).toBe('checkout');
  });

  it('adds the tab Delivery to a component', async () => {
    renderPage('component/checkout/delivery');
    expect(await screen.findByText('Delivery of checkout')).toBeInTheDocument();
    expect(await screen.findByText('Change lead time')).toBeInTheDocument();
  });

  it('adds both to a group', async () => {
    const dorado = renderPage('group/checkout/delivery');
    expect(await screen.findByText(/Dorado does not know the team ‘checkout’/)).toBeInTheDocument();
    expect(dorado.asked('/summary')[0].searchParams.get('team')).toBe('checkout');
  });

  it('adds nothing to other entities', async () => {
    const dorado = renderPage('api/checkout');
    expect((await screen.findAllByText('checkout')).length).toBeGreaterThan(0);
    expect(screen.queryByText('Delivery')).not.toBeInTheDocument();
    expect(dorado.requests).toEqual([]);
  });
});
