import { screen } from '@testing-library/react';
import { AnyApiRef } from '@backstage/core-plugin-api';
import { catalogPlugin, EntityLayout } from '@backstage/plugin-catalog';
import { EntityProvider, catalogApiRef, entityRouteRef, starredEntitiesApiRef, MockStarredEntitiesApi } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { mockApis, renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { doradoApiRef } from './api';
import { doradoPlugin, EntityDoradoCard, EntityDoradoContent, isDoradoAvailable } from './legacy';
import { MockDorado } from './testing/MockDorado';

const ENTITY = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'checkout', namespace: 'default' },
  spec: { type: 'service' },
};

/** What the plugin's factory makes of the APIs of an app. */
function doradoApi(dorado: MockDorado) {
  const factory = [...doradoPlugin.getApis()].find(({ api }) => api.id === doradoApiRef.id)!;
  return factory.factory({ configApi: mockApis.config(), discoveryApi: dorado.discoveryApi, fetchApi: dorado.fetchApi });
}

const renderPage = async (path: string) => {
  const dorado = new MockDorado();
  const apis: [AnyApiRef, unknown][] = [
    [doradoApiRef, doradoApi(dorado)],
    [catalogApiRef, catalogApiMock({ entities: [ENTITY] })],
    [permissionApiRef, mockApis.permission()],
    [starredEntitiesApiRef, new MockStarredEntitiesApi()],
  ];
  await renderInTestApp(
    <TestApiProvider apis={apis as any}>
      <EntityProvider entity={ENTITY}>
        <EntityLayout>
          <EntityLayout.Route path="/" title="Overview">
            <EntityDoradoCard />
          </EntityLayout.Route>
          <EntityLayout.Route path="/delivery" title="Delivery" if={isDoradoAvailable}>
            <EntityDoradoContent />
          </EntityLayout.Route>
        </EntityLayout>
      </EntityProvider>
    </TestApiProvider>,
    {
      mountedRoutes: {
        '/catalog': catalogPlugin.routes.catalogIndex,
        '/catalog/:namespace/:kind/:name/*': entityRouteRef,
      },
      routeEntries: [path],
    },
  );
  return dorado;
};

describe('the legacy plugin', () => {
  it('has a card for the overview', async () => {
    const dorado = await renderPage('/');
    expect(await screen.findByText('Change lead time')).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: 'Delivery' })).toBeInTheDocument();
    expect(dorado.asked('/summary')[0].searchParams.get('service')).toBe('checkout');
  });

  it('has the content of a tab', async () => {
    await renderPage('/delivery');
    expect(await screen.findByText('Delivery of checkout')).toBeInTheDocument();
    expect(await screen.findByText('Change lead time')).toBeInTheDocument();
  });
});
